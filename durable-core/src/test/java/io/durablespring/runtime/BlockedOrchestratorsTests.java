package io.durablespring.runtime;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.durablespring.InstanceStatus;
import io.durablespring.local.InMemoryStore;
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

	private String warning() {
		Awaitility.await().until(() -> !this.log.list.isEmpty());
		return this.log.list.get(0).getFormattedMessage();
	}

}
