package io.durablespring.endtoend;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.durablespring.Activity;
import io.durablespring.DurableClient;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.Orchestrator;
import io.durablespring.StartOptions;
import io.durablespring.actuate.DurableDeadLettersEndpoint;
import io.durablespring.actuate.DurableDeadLettersEndpoint.Outcome;
import io.durablespring.actuate.DurableDeadLettersEndpoint.Waiting;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An operator finds what was put aside, mends why, and has it redriven, on a real broker
 * and a real database.
 */
class RedriveEndToEndTests {

	@Test
	void anOutcomeThatCouldNotBeStoredIsRedrivenOnceTheDatabaseIsMended() throws Exception {
		try (ConfigurableApplicationContext application = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.NONE)
			.properties("durable.task-hub=redrive-" + UUID.randomUUID(), "durable.kafka.partitions=2",
					"durable.jpa.initialize-schema=always", "spring.kafka.bootstrap-servers=" + Servers.broker(),
					"spring.datasource.url=" + Servers.postgresUrl(), "spring.jmx.enabled=true",
					"management.endpoints.jmx.exposure.include=durabledeadletters")
			.run()) {
			DurableClient client = application.getBean(DurableClient.class);
			JdbcTemplate jdbc = application.getBean(JdbcTemplate.class);
			Work work = application.getBean(Work.class);
			String id = client.start(Jobs::job, StartOptions.instanceId("redriven-" + UUID.randomUUID()));
			assertThat(work.begun.await(30, TimeUnit.SECONDS)).isTrue();
			// Neither its end nor that it has failed can be stored.
			jdbc.execute("alter table durable_instance add constraint mistaken check (id <> '" + id
					+ "' or status in ('PENDING', 'RUNNING'))");
			DurableDeadLettersEndpoint endpoint = application.getBean(DurableDeadLettersEndpoint.class);
			try {
				work.may.countDown();
				await().atMost(Duration.ofSeconds(60)).until(() -> Long.valueOf(1).equals(waiting(endpoint).waiting()));
				assertThat(waiting(endpoint).deadLetters()).singleElement().satisfies((letter) -> {
					assertThat(letter.instanceId()).isEqualTo(id);
					assertThat(letter.type()).isEqualTo("TaskCompleted");
					assertThat(letter.reason()).asString().contains("mistaken");
					assertThat(letter.redrivable()).isTrue();
				});
				assertThat(client.get(id)).get()
					.extracting(OrchestrationMetadata::status)
					.isEqualTo(InstanceStatus.RUNNING);
			}
			finally {
				jdbc.execute("alter table durable_instance drop constraint mistaken");
			}
			assertThat(endpoint.redrive()).isEqualTo(new Outcome(1L, 0L, null));
			OrchestrationMetadata finished = client.awaitCompletion(id, Duration.ofSeconds(60));
			assertThat(finished.status()).isEqualTo(InstanceStatus.COMPLETED);
			assertThat(finished.readOutputAs(String.class)).isEqualTo("done");
			assertThat(waiting(endpoint).waiting()).isZero();
		}
	}

	private static Waiting waiting(DurableDeadLettersEndpoint endpoint) {
		return endpoint.deadLetters(null);
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import({ Jobs.class, Work.class })
	static class Application {

	}

	@Component
	static class Jobs {

		@Orchestrator
		String job(OrchestrationContext context) {
			return context.callActivity(Work::run).await();
		}

	}

	@Component
	static class Work {

		private final CountDownLatch begun = new CountDownLatch(1);

		private final CountDownLatch may = new CountDownLatch(1);

		@Activity
		String run() {
			this.begun.countDown();
			try {
				this.may.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			return "done";
		}

	}

}
