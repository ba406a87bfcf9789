package io.durablespring.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeoutException;

import io.durablespring.DurableClient;
import io.durablespring.DurableClient.Signal;
import io.durablespring.IdReusePolicy;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.StartOptions;
import io.durablespring.local.InMemoryStore;
import io.durablespring.local.InProcessTransport;
import io.durablespring.local.StoredRows;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Timers and starts that are due later go from the outbox with the instance that they are
 * for, however that ends.
 */
class LeftEntriesTests {

	private static final StartOptions ONE = StartOptions.instanceId("one");

	private static final StartOptions IN_A_YEAR = ONE.at(Instant.now().plus(Duration.ofDays(365)));

	private final InMemoryStore memory = new InMemoryStore();

	private final FaultyStore store = new FaultyStore(this.memory);

	private TestNode node = start(TestNode.quick(), new Timers(), new NewTimers());

	private TestNode start(RuntimeSettings settings, Object... beans) {
		return TestNode.start(this.memory, this.store, new InProcessTransport(2, Duration.ofMillis(10)), settings,
				beans);
	}

	@AfterEach
	void stop() {
		this.node.close();
	}

	@Test
	void aScheduledStartGoesWhenItsInstanceIsTerminated() throws Exception {
		client().start("tenYears", "secret", IN_A_YEAR);
		assertThat(new StoredRows(this.memory).entries()).hasSize(1);
		client().terminate("one", null);
		assertTerminated();
		assertThatNothingIsLeft();
	}

	@Test
	void theEventOfAScheduledStartGoesWithIt() throws Exception {
		String old = "the old one".repeat(80);
		client().signalWithStart("approval", null, IN_A_YEAR, new Signal("approve", old));
		client().terminate("one", null);
		assertTerminated();
		assertThatNothingIsLeft();
		client().signalWithStart("approval", null, IN_A_YEAR, new Signal("approve", old));
		client().start("approval", null, IN_A_YEAR.reuse(IdReusePolicy.REPLACE));
		client().terminate("one", null);
		assertTerminated();
		assertThatNothingIsLeft();
		assertThat(new StoredRows(this.memory).payloads("one")).isEmpty();
		client().start("approval", null, ONE);
		client().raiseEvent("one", "approve", "the new one");
		assertThat(this.node.await("one").readOutputAs(String.class)).isEqualTo("the new one");
	}

	@Test
	void aScheduledStartThatIsSuspendedGoesWhenItIsTerminated() throws Exception {
		client().start("tenYears", "secret", IN_A_YEAR);
		client().suspend("one", null);
		await().until(() -> client().get("one").orElseThrow().status() == InstanceStatus.SUSPENDED);
		client().terminate("one", null);
		assertTerminated();
		assertThatNothingIsLeft();
	}

	@Test
	void aScheduledStartGoesWhenItsInstanceIsReplaced() throws Exception {
		client().start("tenYears", "secret", IN_A_YEAR);
		client().start("approval", null, ONE.reuse(IdReusePolicy.REPLACE));
		client().raiseEvent("one", "approve", "yes");
		assertThat(this.node.await("one").status()).isEqualTo(InstanceStatus.COMPLETED);
		assertThatNothingIsLeft();
	}

	@Test
	void timersGoWhenTheirInstanceIsReplaced() throws Exception {
		for (int i = 0; i < 5; i++) {
			client().start("tenYears", "x", ONE.reuse(IdReusePolicy.REPLACE));
			awaitTimer();
		}
		client().start("approval", null, ONE.reuse(IdReusePolicy.REPLACE));
		client().raiseEvent("one", "approve", "yes");
		this.node.await("one");
		assertThatNothingIsLeft();
	}

	@Test
	void timersGoWhenTheirInstanceFailsBecauseNoNodeMayRunIt() throws Exception {
		client().start("versioned", null, ONE.version("3"));
		awaitTimer();
		this.node.close();
		RuntimeSettings quick = TestNode.quick();
		this.node = start(new RuntimeSettings(quick.cachedExecutions(), quick.maxConcurrentActivities(),
				quick.payloads(), quick.claimTime(), quick.pollInterval(), quick.receivedRetention(),
				quick.drainTimeout(), quick.longestLook(), false, false, false, true, quick.limits(),
				new Versioning(null, Versioning.MatchStrategy.STRICT, Versioning.FailureStrategy.FAIL), Map.of()),
				new Timers());
		client().raiseEvent("one", "go", null);
		assertThat(this.node.await("one").failure().type()).isEqualTo("VersionMismatch");
		assertThatNothingIsLeft();
	}

	@Test
	void timersGoWhenTheirInstanceFailsBecauseAStepCannotBeStored() throws Exception {
		client().start("tenYears", "x", ONE);
		awaitTimer();
		this.store.commit = (batch) -> {
			if (batch.steps().stream().anyMatch((step) -> step.status() != InstanceStatus.FAILED)) {
				throw new IllegalStateException("cannot be stored");
			}
			return this.memory.commit(batch);
		};
		client().raiseEvent("one", "more", null);
		assertThat(this.node.await("one").failure().message()).isEqualTo("cannot be stored");
		assertThatNothingIsLeft();
	}

	private DurableClient client() {
		return this.node.client();
	}

	private void awaitTimer() {
		await().until(() -> this.memory.history("one")
			.stream()
			.anyMatch((event) -> event.getClass().getSimpleName().equals("TimerCreated")));
	}

	private void assertTerminated() throws TimeoutException, InterruptedException {
		assertThat(this.node.await("one").status()).isEqualTo(InstanceStatus.TERMINATED);
	}

	/** The relay removes what it has sent. */
	private void assertThatNothingIsLeft() {
		await().atMost(Duration.ofSeconds(10))
			.untilAsserted(() -> assertThat(new StoredRows(this.memory).entries()).isEmpty());
	}

	static class Timers {

		@Orchestrator
		void tenYears(OrchestrationContext context, String text) {
			context.createTimer(Duration.ofDays(3650));
			context.createTimer(Duration.ofMillis(1)).await();
			context.waitForExternalEvent("more", Void.class).await();
			context.createTimer(Duration.ofDays(3650)).await();
		}

		@Orchestrator
		String approval(OrchestrationContext context) {
			return context.waitForExternalEvent("approve", String.class).await();
		}

		@Orchestrator(value = "versioned", version = "2")
		void second(OrchestrationContext context) {
			context.createTimer(Duration.ofDays(3650)).await();
		}

	}

	static class NewTimers {

		@Orchestrator(value = "versioned", version = "3")
		void third(OrchestrationContext context) {
			context.createTimer(Duration.ofDays(3650)).await();
		}

	}

}
