package io.durablespring.runtime;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.Orchestrator;
import io.durablespring.StartOptions;
import io.durablespring.history.HistoryEvent.EventRaised;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.history.Message;
import io.durablespring.local.InMemoryStore;
import io.durablespring.spi.InstanceHead;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An event that would start its instance, taken in by another node between this node's
 * look at the inbox and its look at the instance.
 */
class OvertakenSignalTests {

	private final InMemoryStore memory = new InMemoryStore();

	private final SharedBroker broker = new SharedBroker();

	private final SharedBroker.Link first = this.broker.link();

	private final SharedBroker.Link second = this.broker.link();

	private Runnable beforeLoad = () -> {
	};

	private final FaultyStore store = new FaultyStore(this.memory) {

		@Override
		public List<InstanceHead> load(Collection<String> instanceIds) {
			OvertakenSignalTests.this.beforeLoad.run();
			return super.load(instanceIds);
		}

	};

	private final TestNode firstNode = TestNode.start(this.memory, this.store, this.first, TestNode.withoutCache(),
			new Waiters());

	private final TestNode secondNode = TestNode.start(this.memory, this.memory, this.second, TestNode.withoutCache(),
			new Waiters());

	@AfterEach
	void stop() {
		this.firstNode.close();
		this.secondNode.close();
	}

	@Test
	void anEventThatEndedTheInstanceElsewhereDoesNotStartItAgain() {
		this.secondNode.client().start("waiter", null, StartOptions.instanceId("one"));
		await().until(this.broker::hasOrchestrations);
		this.broker.deliverOrchestrations(this.second);
		OrchestrationMetadata running = this.memory.find("one").orElseThrow();
		assertThat(running.status()).isEqualTo(InstanceStatus.RUNNING);

		ExecutionStarted start = new ExecutionStarted(Instant.now(), "waiter", null, null, Map.of(), null);
		Message signal = new Message.ToOrchestration("signal", "one", null,
				new EventRaised(Instant.now(), "go", null, start, null));
		this.beforeLoad = () -> {
			this.beforeLoad = () -> {
			};
			this.broker.send(signal);
			this.broker.deliverOrchestrations(this.second);
		};
		this.broker.send(signal);
		this.broker.deliverOrchestrations(this.first);

		OrchestrationMetadata ended = this.memory.find("one").orElseThrow();
		assertThat(ended.status()).isEqualTo(InstanceStatus.COMPLETED);
		assertThat(ended.executionId()).isEqualTo(running.executionId());
	}

	@Test
	void anEventThatNobodyNeedsIsTakenInOnce() {
		this.secondNode.client().start("waiter", null, StartOptions.instanceId("one"));
		await().until(this.broker::hasOrchestrations);
		this.broker.deliverOrchestrations(this.second);
		ExecutionStarted start = new ExecutionStarted(Instant.now(), "waiter", null, null, Map.of(), null);
		Message more = new Message.ToOrchestration("more", "one", null,
				new EventRaised(Instant.now(), "more", null, start, null));
		Message go = new Message.ToOrchestration("go", "one", null, new EventRaised(Instant.now(), "go", null));

		this.beforeLoad = () -> {
			this.beforeLoad = () -> {
			};
			this.broker.send(more);
			this.broker.deliverOrchestrations(this.second);
		};
		this.broker.send(more);
		this.broker.send(go);
		this.broker.deliverOrchestrations(this.first);

		assertThat(this.memory.find("one").orElseThrow().status()).isEqualTo(InstanceStatus.COMPLETED);
		assertThat(this.memory.history("one")).filteredOn(EventRaised.class::isInstance)
			.extracting((event) -> ((EventRaised) event).name())
			.containsExactly("more", "go");
	}

	static class Waiters {

		@Orchestrator
		void waiter(OrchestrationContext context) {
			context.waitForExternalEvent("go", Void.class).await();
		}

	}

}
