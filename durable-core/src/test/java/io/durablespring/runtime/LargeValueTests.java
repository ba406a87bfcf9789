package io.durablespring.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import io.durablespring.Activity;
import io.durablespring.DurableClient;
import io.durablespring.DurableClient.Signal;
import io.durablespring.IdReusePolicy;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.Orchestrator;
import io.durablespring.StartOptions;
import io.durablespring.StoreUnavailableException;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import io.durablespring.local.InMemoryStore;
import io.durablespring.local.StoredRows;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.PayloadHolder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * How long large values are kept: as long as something needs them, and no longer. What
 * travels here carries references only, as it does on a real broker.
 */
class LargeValueTests {

	private static final String LARGE = "x".repeat(800);

	private static final StartOptions ONE = StartOptions.instanceId("one");

	private final InMemoryStore memory = new InMemoryStore();

	private final StoredRows rows = new StoredRows(this.memory);

	private final SharedBroker broker = new SharedBroker();

	private final SharedBroker.Link link = this.broker.link();

	private final Beans beans = new Beans();

	private volatile boolean unavailable;

	private final TestNode node = TestNode.start(this.memory, new FaultyStore(this.memory) {

		@Override
		public Histories histories(Collection<InstanceHead> heads) {
			return new Histories(AsStored.of(super.histories(heads).readable()), Map.of());
		}

		@Override
		public void removePayloads(Collection<PayloadHolder> holders) {
			if (LargeValueTests.this.unavailable) {
				throw new StoreUnavailableException("away", null);
			}
			super.removePayloads(holders);
		}

	}, this.link, TestNode.quick(), this.beans);

	private final DurableClient client = this.node.client();

	@AfterEach
	void stop() {
		this.node.close();
	}

	@Test
	void aQueuedActivityHasItsInputWhateverItsOrchestrationDoesMeanwhile() {
		this.client.start("audited", "start", ONE);
		deliver();
		assertThat(instance().executionId()).endsWith("~2");
		run(this.broker.takeCalls());
		assertThat(this.beans.used).containsExactly(LARGE, "2" + LARGE);
		deliver();
		assertThat(this.rows.payloads("one")).isEmpty();
	}

	@Test
	void anActivityThatIsCalledAndLetGoInOneStepHasItsInput() {
		this.client.start("lettingGo", 1, ONE);
		deliver();
		assertThat(instance().executionId()).endsWith("~1");
		run(this.broker.takeCalls());
		assertThat(this.beans.used).containsExactly("1" + LARGE);
		deliver();
		assertThat(this.rows.payloads("one")).isEmpty();
	}

	@Test
	void aCallThatIsDroppedBecauseItsExecutionIsOverLeavesNoValue() {
		this.client.start("lettingGo", 1, ONE);
		deliver();
		assertThat(this.rows.payloadCount("one")).isOne();
		this.broker.takeCalls().forEach((call) -> this.link.call(call, true));
		await().until(() -> this.rows.payloads("one").isEmpty());
		assertThat(this.beans.used).isEmpty();
	}

	@Test
	void valuesThatCannotBeRemovedNowAreRemovedWhenTheMessageComesAgain() {
		this.client.start("lettingGo", 1, ONE);
		deliver();
		this.broker.takeCalls().forEach((call) -> this.link.call(call, false));
		await().until(this.broker::hasOrchestrations);
		Message.ToOrchestration outcome = this.broker.takeOrchestrations().get(0);
		this.unavailable = true;
		this.broker.send(outcome);
		assertThatExceptionOfType(StoreUnavailableException.class)
			.isThrownBy(() -> this.broker.deliverOrchestrations(this.link));
		assertThat(this.rows.payloadCount("one")).isOne();
		this.unavailable = false;
		this.broker.send(outcome);
		deliver();
		assertThat(this.rows.payloads("one")).isEmpty();
		this.client.raiseEvent("one", "never", null);
		deliver();
		assertThat(instance().status()).isEqualTo(InstanceStatus.COMPLETED);
	}

	@Test
	void valuesOfCallsThatNobodyWaitsForGoWhenTheyAreDone() throws Exception {
		for (String orchestrator : List.of("largeInputs", "largeResults", "largeChildren")) {
			InMemoryStore own = new InMemoryStore();
			try (TestNode other = TestNode.start(own, new Beans())) {
				String id = other.client().start(orchestrator, 30);
				assertThat(other.await(id).status()).isEqualTo(InstanceStatus.COMPLETED);
				String last = own.find(id).orElseThrow().executionId();
				await(orchestrator).untilAsserted(() -> assertThat(new StoredRows(own).payloads(id).keySet())
					.allMatch((holder) -> holder.isEmpty() || holder.startsWith(last)));
				assertThat(new StoredRows(own).payloadCount(id)).as(orchestrator).isLessThanOrEqualTo(2);
			}
		}
	}

	@Test
	void resultsOfTheExecutionBeforeGoWhenAnInstanceContinuesAsNew() throws Exception {
		InMemoryStore own = new InMemoryStore();
		try (TestNode other = TestNode.start(own, new Beans())) {
			String id = other.client().start("awaiting", 20);
			assertThat(other.await(id).readOutputAs(String.class)).isEqualTo("0" + LARGE);
			// What the last one returned, and the outcomes of its two calls.
			assertThat(new StoredRows(own).payloadCount(id)).isEqualTo(3);
		}
	}

	@Test
	void aSignalThatComesTooLateStartsAnInstanceWithItsLargeInput() {
		for (String value : List.of("small", LARGE)) {
			this.client.start("signalled", "first" + LARGE, ONE);
			deliver();
			List<Message.ToOrchestration> signal = signal("state" + LARGE, value);
			this.client.raiseEvent("one", "go", "1");
			this.client.raiseEvent("one", "step", null);
			deliver();
			assertThat(instance().status()).isEqualTo(InstanceStatus.COMPLETED);
			this.client.purge("one", true);
			signal.forEach(this.broker::send);
			deliver();
			assertThat(instance().status()).isEqualTo(InstanceStatus.RUNNING);
			assertThat(this.client.get("one").orElseThrow().readInputAs(String.class)).isEqualTo("state" + LARGE);
			assertThat(this.client.get("one").orElseThrow().customStatus().as(Integer.class)).isEqualTo(value.length());
			assertThat(this.rows.payloads("one").keySet()).containsExactly("");
			this.client.raiseEvent("one", "step", null);
			deliver();
			assertThat(instance().status()).isEqualTo(InstanceStatus.COMPLETED);
		}
	}

	@Test
	void theStartThatASignalBringsGoesWithTheSignal() {
		this.client.start("signalled", "first", ONE);
		deliver();
		signal("state" + LARGE, "small").forEach(this.broker::send);
		assertThat(this.rows.payloadCount("one")).isOne();
		deliver();
		assertThat(this.rows.payloads("one")).isEmpty();
	}

	@Test
	void aLargeEventOnItsWayReachesTheInstanceThatReplacesTheOneItWasSentTo() {
		this.client.start("signalled", "first", ONE);
		deliver();
		List<Message.ToOrchestration> signal = signal("other", LARGE);
		this.client.start("signalled", "second", ONE.reuse(IdReusePolicy.REPLACE));
		deliver();
		signal.forEach(this.broker::send);
		deliver();
		assertThat(this.client.get("one").orElseThrow().customStatus().as(Integer.class)).isEqualTo(LARGE.length());
		assertThat(this.rows.payloads("one")).containsExactly(Map.entry("", 1));
	}

	@Test
	void aLargeEventToAnExecutionThatWasReplacedIsForgottenWhenItComes() {
		this.client.start("signalled", "first", ONE);
		deliver();
		this.client.raiseEvent("one", "go", LARGE);
		await().until(this.broker::hasOrchestrations);
		List<Message.ToOrchestration> event = this.broker.takeOrchestrations();
		this.client.start("signalled", "second", ONE.reuse(IdReusePolicy.REPLACE));
		deliver();
		assertThat(this.rows.payloadCount("one")).isOne();
		event.forEach(this.broker::send);
		deliver();
		assertThat(this.node.dropped).containsExactly("earlier-execution");
		assertThat(this.rows.payloads("one")).isEmpty();
	}

	@Test
	void anEventThatWasTakenInGoesWithItsInstance() {
		this.client.start("signalled", "first", ONE);
		deliver();
		this.client.raiseEvent("one", "go", LARGE);
		this.client.raiseEvent("one", "step", null);
		deliver();
		assertThat(this.rows.payloads("one")).isEmpty();
		this.client.start("signalled", "again", ONE);
		deliver();
		this.client.raiseEvent("one", "go", LARGE);
		deliver();
		assertThat(this.rows.payloads("one")).containsExactly(Map.entry("", 1));
		this.client.terminate("one", null);
		deliver();
		this.client.purge("one", true);
		assertThat(this.rows.payloads("one")).isEmpty();
	}

	/** Sends a signal that the broker has for the time being. */
	private List<Message.ToOrchestration> signal(String input, String value) {
		assertThat(this.client.signalWithStart("signalled", input, ONE, new Signal("go", value))).isFalse();
		await().until(this.broker::hasOrchestrations);
		return this.broker.takeOrchestrations();
	}

	/** Delivers until nothing is left to be sent or delivered. */
	private void deliver() {
		await().atMost(Duration.ofSeconds(20)).until(() -> {
			this.broker.deliverOrchestrations(this.link);
			return this.rows.entries().isEmpty() && !this.broker.hasOrchestrations();
		});
	}

	private void run(List<Message.ToActivity> calls) {
		for (Message.ToActivity call : calls) {
			this.link.call(call, false);
			await().until(this.broker::hasOrchestrations);
			assertThat(this.broker.takeOrchestrations()).singleElement().satisfies((outcome) -> {
				assertThat(outcome.event()).isInstanceOf(HistoryEvent.TaskCompleted.class);
				this.broker.send(outcome);
			});
			this.broker.deliverOrchestrations(this.link);
		}
	}

	private OrchestrationMetadata instance() {
		return this.memory.find("one").orElseThrow();
	}

	static class Beans {

		final List<String> used = Collections.synchronizedList(new ArrayList<>());

		@Orchestrator
		void audited(OrchestrationContext context, String state) {
			if (state.equals("start")) {
				context.callActivity("audit", LARGE, Void.class);
				context.continueAsNew(LARGE);
			}
			if (state.equals(LARGE)) {
				context.callActivity("audit", "2" + LARGE, Void.class);
				context.continueAsNew("rest");
			}
			context.waitForExternalEvent("never", Void.class).await();
		}

		@Orchestrator
		void lettingGo(OrchestrationContext context, int left) {
			if (left > 0) {
				context.callActivity("audit", left + LARGE, String.class);
				context.continueAsNew(left - 1);
			}
			context.waitForExternalEvent("never", Void.class).await();
		}

		@Activity
		void audit(String value) {
			this.used.add(value);
		}

		@Orchestrator
		void largeInputs(OrchestrationContext context, int left) {
			context.callActivity("audit", left + LARGE, Void.class);
			goOn(context, left);
		}

		@Orchestrator
		void largeResults(OrchestrationContext context, int left) {
			context.callActivity("enlarge", left, String.class);
			goOn(context, left);
		}

		@Orchestrator
		void largeChildren(OrchestrationContext context, int left) {
			context.callSubOrchestrator("child", left, String.class);
			goOn(context, left);
		}

		private static void goOn(OrchestrationContext context, int left) {
			context.createTimer(Duration.ofMillis(left % 3)).await();
			if (left > 0) {
				context.continueAsNew(left - 1);
			}
		}

		@Orchestrator
		String awaiting(OrchestrationContext context, int left) {
			String result = context.callActivity("enlarge", left, String.class).await();
			context.callSubOrchestrator("child", left, String.class).await();
			return (left > 0) ? context.<String>continueAsNew(left - 1) : result;
		}

		@Orchestrator
		String child(OrchestrationContext context, int number) {
			return number + LARGE;
		}

		@Activity
		String enlarge(int number) {
			return number + LARGE;
		}

		@Orchestrator
		String signalled(OrchestrationContext context, String state) {
			if (state.equals("end")) {
				return "done";
			}
			context.setCustomStatus(context.waitForExternalEvent("go", String.class).await().length());
			context.waitForExternalEvent("step", Void.class).await();
			return context.continueAsNew("end");
		}

	}

}
