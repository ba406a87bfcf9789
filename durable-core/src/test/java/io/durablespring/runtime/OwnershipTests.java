package io.durablespring.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.durablespring.Activity;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.StartOptions;
import io.durablespring.engine.TextCodec;
import io.durablespring.history.HistoryEvent.TaskCompleted;
import io.durablespring.history.Message;
import io.durablespring.local.InMemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Instances that move to another node and back again, as partitions do when a node comes
 * and goes. The first node still has the execution that it parked.
 */
class OwnershipTests {

	private final InMemoryStore store = new InMemoryStore();

	private final SharedBroker broker = new SharedBroker();

	private final SharedBroker.Link first = this.broker.link();

	private final SharedBroker.Link second = this.broker.link();

	private final List<String> charged = Collections.synchronizedList(new ArrayList<>());

	private final TestNode firstNode = TestNode.start(this.store, this.store, this.first, TestNode.quick(),
			new Steps(this.charged));

	private final TestNode secondNode = TestNode.start(this.store, this.store, this.second, TestNode.quick(),
			new Steps(this.charged));

	@AfterEach
	void stop() {
		this.firstNode.close();
		this.secondNode.close();
	}

	@Test
	void anOutcomeThatTheParkedExecutionDoesNotKnowIsNotLost() {
		String id = this.firstNode.client().start("threeSteps", null);
		awaitStart();
		this.broker.deliverOrchestrations(this.first);
		complete();
		this.broker.deliverOrchestrations(this.second);
		complete();
		// Back again: the first node's execution still waits for the first outcome.
		this.broker.deliverOrchestrations(this.first);
		complete();
		this.broker.deliverOrchestrations(this.first);
		assertThat(status(id)).isEqualTo(InstanceStatus.COMPLETED);
	}

	@Test
	void aStartOfAnIdWhoseEarlierExecutionIsParkedIsNotLost() {
		StartOptions options = StartOptions.instanceId("again");
		this.firstNode.client().start("threeSteps", null, options);
		awaitStart();
		this.broker.deliverOrchestrations(this.first);
		for (int i = 0; i < 3; i++) {
			complete();
			this.broker.deliverOrchestrations(this.second);
		}
		assertThat(status("again")).isEqualTo(InstanceStatus.COMPLETED);
		this.secondNode.client().start("threeSteps", null, options);
		awaitStart();
		this.broker.deliverOrchestrations(this.first);
		assertThat(status("again")).isEqualTo(InstanceStatus.RUNNING);
	}

	@Test
	void noLocalCallIsRunForAStateThatIsPast() {
		String id = this.firstNode.client().start("charges", null);
		awaitStart();
		this.broker.deliverOrchestrations(this.first);
		for (SharedBroker.Link owner : List.of(this.second, this.first, this.second)) {
			this.firstNode.client().raiseEvent(id, "charge", "x");
			awaitStart();
			this.broker.deliverOrchestrations(owner);
		}
		assertThat(status(id)).isEqualTo(InstanceStatus.COMPLETED);
		assertThat(this.charged).containsExactly("0x", "1x", "2x");
	}

	private void awaitStart() {
		await().atMost(Duration.ofSeconds(10)).until(this.broker::hasOrchestrations);
	}

	private InstanceStatus status(String id) {
		return this.store.find(id).orElseThrow().status();
	}

	private void complete() {
		for (Message.ToActivity call : this.broker.takeCalls()) {
			this.broker.send(Message.ToOrchestration.completion(call.instanceId(), call.executionId(),
					new TaskCompleted(Instant.now(), call.taskId(), new TextCodec().write("done"))));
		}
	}

	static class Steps {

		private final List<String> charged;

		Steps(List<String> charged) {
			this.charged = charged;
		}

		@Orchestrator
		void charges(OrchestrationContext context) {
			for (int i = 0; i < 3; i++) {
				String event = context.waitForExternalEvent("charge", String.class).await();
				context.callActivity("charge", i + event, Void.class).await();
			}
		}

		@Activity(local = true)
		void charge(String amount) {
			this.charged.add(amount);
		}

		@Orchestrator
		String threeSteps(OrchestrationContext context) {
			String result = "";
			for (int i = 0; i < 3; i++) {
				result = context.callActivity("work", result, String.class).await();
			}
			return result;
		}

		@Activity
		String work(String input) {
			return input;
		}

	}

}
