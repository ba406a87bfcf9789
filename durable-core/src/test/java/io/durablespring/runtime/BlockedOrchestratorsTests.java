package io.durablespring.runtime;

import java.time.Duration;
import java.util.List;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.local.InMemoryStore;
import io.durablespring.local.InProcessTransport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Code that blocks is named, line included.
 */
class BlockedOrchestratorsTests {

	private final SampleOrchestrations samples = new SampleOrchestrations();

	private final Logger logger = (Logger) LoggerFactory.getLogger(BlockedOrchestrators.class);

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	@BeforeEach
	void listen() {
		this.log.start();
		this.logger.addAppender(this.log);
	}

	@AfterEach
	void stopListening() {
		this.logger.detachAppender(this.log);
	}

	@Test
	void anOrchestratorThatBlocksIsNamedWithItsLineOnce() throws Exception {
		try (TestNode node = TestNode.start(new InMemoryStore(), this.samples)) {
			String id = node.client().start("sleepless", null);
			assertThat(warning()).contains("Orchestrator 'sleepless'", id,
					"SampleOrchestrations.sleepless(SampleOrchestrations.java:",
					"in a call of java.util.concurrent.CountDownLatch.await.", "ctx.createTimer");
			this.samples.blocked.countDown();
			assertThat(node.await(id).status()).isEqualTo(InstanceStatus.COMPLETED);
			assertThat(this.log.list).hasSize(1);
		}
	}

	@Test
	void anOrchestratorThatBlocksInALibraryIsNamedWithItsOwnLine() throws Exception {
		try (TestNode node = TestNode.start(new InMemoryStore(), this.samples)) {
			String id = node.client().start("polling", null);
			assertThat(warning()).contains("SampleOrchestrations.polling(SampleOrchestrations.java:",
					"in a call of org.awaitility.core.ConditionFactory.until.");
			this.samples.blocked.countDown();
			node.await(id);
		}
	}

	@Test
	void anOrchestratorThatDoesNotComeBackIsGivenUpAndItsNeighboursGoOn() throws Exception {
		RuntimeSettings quick = TestNode.quick();
		RuntimeSettings impatient = new RuntimeSettings(quick.cachedExecutions(), quick.maxConcurrentActivities(),
				quick.payloads(), quick.claimTime(), quick.pollInterval(), quick.receivedRetention(),
				quick.drainTimeout(), quick.longestLook(), true, false, false, true,
				new RuntimeSettings.Limits(1000, Duration.ofMillis(20), Duration.ofMillis(200)), quick.versioning(),
				quick.retryPolicies());
		InMemoryStore store = new InMemoryStore();
		try (TestNode node = TestNode.start(store, store, new InProcessTransport(1, Duration.ofMillis(10)), impatient,
				this.samples)) {
			String stuck = node.client().start("sleepless", null);
			List<BlockedOrchestrator> seen = Awaitility.await()
				.until(node.runtime::blockedOrchestrators, (blocked) -> !blocked.isEmpty());
			assertThat(seen).singleElement().satisfies((blocked) -> {
				assertThat(blocked.description()).contains(stuck);
				assertThat(blocked.stackTrace()).anyMatch((line) -> line.contains("SampleOrchestrations.sleepless"));
			});
			String neighbour = node.client().start("child", "x");
			assertThat(node.await(neighbour).status()).isEqualTo(InstanceStatus.COMPLETED);
			OrchestrationMetadata suspended = node.client().get(stuck).orElseThrow();
			assertThat(suspended.status()).isEqualTo(InstanceStatus.SUSPENDED);
			assertThat(suspended.failure().stackTrace()).contains("SampleOrchestrations.sleepless");
			assertThat(node.runtime.blockedOrchestrators()).isEmpty();
			this.samples.blocked.countDown();
			node.client().resume(stuck, "mended");
			assertThat(node.await(stuck).status()).isEqualTo(InstanceStatus.COMPLETED);
		}
	}

	private String warning() {
		Awaitility.await().until(() -> !this.log.list.isEmpty());
		return this.log.list.get(0).getFormattedMessage();
	}

}
