package io.durablespring.runtime;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.durablespring.InstanceStatus;
import io.durablespring.local.InMemoryStore;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Code that blocks is named, line included.
 */
class BlockedOrchestratorsTests {

	private final SampleOrchestrations samples = new SampleOrchestrations();

	@Test
	void anOrchestratorThatBlocksIsNamedWithItsLineOnce() throws Exception {
		Logger logger = (Logger) LoggerFactory.getLogger(BlockedOrchestrators.class);
		ListAppender<ILoggingEvent> log = new ListAppender<>();
		log.start();
		logger.addAppender(log);
		try (TestNode node = TestNode.start(new InMemoryStore(), this.samples)) {
			String id = node.client().start("sleepless", null);
			Awaitility.await().until(() -> !log.list.isEmpty());
			assertThat(log.list.get(0).getFormattedMessage()).contains("Orchestrator 'sleepless'", id,
					"SampleOrchestrations.sleepless(SampleOrchestrations.java:", "ctx.createTimer");
			this.samples.blocked.countDown();
			assertThat(node.await(id).status()).isEqualTo(InstanceStatus.COMPLETED);
			assertThat(log.list).hasSize(1);
		}
		finally {
			logger.detachAppender(log);
		}
	}

}
