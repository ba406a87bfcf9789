package io.durablespring.autoconfigure;

import java.util.UUID;
import java.util.function.Consumer;

import javax.sql.DataSource;

import io.durablespring.DurableClient;
import io.durablespring.DurableClient.Signal;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.StartOptions;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Every request of a client commits and rolls back with the transaction that it is made
 * in.
 */
class ClientTransactionTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
				DataSourceTransactionManagerAutoConfiguration.class, HibernateJpaAutoConfiguration.class,
				TransactionAutoConfiguration.class, JacksonAutoConfiguration.class, DurableJpaAutoConfiguration.class,
				DurableAutoConfiguration.class))
		.withPropertyValues("spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID(), "durable.transport=in-process")
		.withBean(Approvals.class);

	@Test
	void whatIsRolledBackWasNeverAskedFor() {
		run((world) -> {
			world.client.start("approval", null, StartOptions.instanceId("waiting"));
			await().until(() -> world.status("waiting") == InstanceStatus.RUNNING);
			long entries = world.outboxEntries();
			world.transaction.executeWithoutResult((status) -> {
				world.requestEverything();
				assertThat(world.outboxEntries()).isGreaterThan(entries);
				status.setRollbackOnly();
			});
			assertThat(world.client.get("started")).isEmpty();
			assertThat(world.client.get("signalled")).isEmpty();
			// The next request is the first that the instance gets.
			world.client.raiseEvent("waiting", "approve", "later");
			await().until(() -> world.status("waiting") == InstanceStatus.COMPLETED);
			assertThat(world.client.history("waiting")).extracting((entry) -> entry.type())
				.doesNotContain("ExecutionSuspended", "ExecutionTerminated");
			assertThat(world.output("waiting")).isEqualTo("later");
		});
	}

	@Test
	void whatIsCommittedHappensAll() {
		run((world) -> {
			world.client.start("approval", null, StartOptions.instanceId("waiting"));
			await().until(() -> world.status("waiting") == InstanceStatus.RUNNING);
			world.transaction.executeWithoutResult((status) -> world.requestEverything());
			await().until(() -> world.status("waiting") == InstanceStatus.COMPLETED
					&& world.status("signalled") == InstanceStatus.COMPLETED
					&& world.status("started") == InstanceStatus.TERMINATED);
			assertThat(world.output("waiting")).isEqualTo("now");
			assertThat(world.output("signalled")).isEqualTo("with it");
			assertThat(world.client.history("waiting")).extracting((entry) -> entry.type())
				.containsSubsequence("ExecutionSuspended", "EventRaised", "ExecutionResumed", "ExecutionCompleted");
		});
	}

	private void run(Consumer<World> test) {
		this.runner.run((context) -> test.accept(new World(context.getBean(DurableClient.class),
				new TransactionTemplate(context.getBean(PlatformTransactionManager.class)),
				new JdbcTemplate(context.getBean(DataSource.class)))));
	}

	private record World(DurableClient client, TransactionTemplate transaction, JdbcTemplate jdbc) {

		void requestEverything() {
			this.client.start("approval", null, StartOptions.instanceId("started"));
			this.client.terminate("started", "not wanted");
			this.client.signalWithStart("approval", null, StartOptions.instanceId("signalled"),
					new Signal("approve", "with it"));
			this.client.suspend("waiting", "for a moment");
			this.client.raiseEvent("waiting", "approve", "now");
			this.client.resume("waiting", null);
		}

		InstanceStatus status(String id) {
			return this.client.get(id).orElseThrow().status();
		}

		String output(String id) {
			return this.client.get(id).orElseThrow().readOutputAs(String.class);
		}

		long outboxEntries() {
			return this.jdbc.queryForObject("SELECT COUNT(*) FROM durable_outbox", Long.class);
		}

	}

	static class Approvals {

		@Orchestrator
		String approval(OrchestrationContext context) {
			return context.waitForExternalEvent("approve", String.class).await();
		}

	}

}
