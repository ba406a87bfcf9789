package io.durablespring.autoconfigure;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import javax.sql.DataSource;

import io.durablespring.DurableClient;
import io.durablespring.DurableClient.Signal;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.StartOptions;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
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

	private final ApplicationContextRunner runner = H2Application.runner().withBean(Approvals.class);

	@Test
	void whatIsRolledBackWasNeverAskedFor() {
		run((world) -> {
			world.prepare();
			long entries = world.outboxEntries();
			String execution = world.execution("failed");
			AtomicReference<String> restarted = new AtomicReference<>();
			world.transaction.executeWithoutResult((status) -> {
				restarted.set(world.requestEverything());
				assertThat(world.outboxEntries()).isGreaterThan(entries);
				status.setRollbackOnly();
			});
			assertThat(world.client.get("started")).isEmpty();
			assertThat(world.client.get("signalled")).isEmpty();
			assertThat(world.client.get(restarted.get())).isEmpty();
			assertThat(world.outboxEntries()).isEqualTo(entries);
			// The next request is the first that the instance gets.
			world.client.raiseEvent("waiting", "approve", "later");
			await().until(() -> world.status("waiting") == InstanceStatus.COMPLETED);
			assertThat(world.client.history("waiting")).extracting((entry) -> entry.type())
				.doesNotContain("ExecutionSuspended", "ExecutionTerminated");
			assertThat(world.output("waiting")).isEqualTo("later");
			assertThat(world.execution("failed")).isEqualTo(execution);
		});
	}

	@Test
	void whatIsCommittedHappensAll() {
		run((world) -> {
			world.prepare();
			String execution = world.execution("failed");
			String restarted = world.transaction.execute((status) -> world.requestEverything());
			await().until(() -> world.status("waiting") == InstanceStatus.COMPLETED
					&& world.status("signalled") == InstanceStatus.COMPLETED
					&& world.status("started") == InstanceStatus.TERMINATED);
			await().until(() -> !world.execution("failed").equals(execution));
			await().until(() -> world.status(restarted) == InstanceStatus.RUNNING);
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

		void prepare() {
			this.client.start("approval", null, StartOptions.instanceId("waiting"));
			this.client.start("failing", null, StartOptions.instanceId("failed"));
			this.client.signalWithStart("approval", null, StartOptions.instanceId("done"),
					new Signal("approve", "at once"));
			await().until(() -> status("waiting") == InstanceStatus.RUNNING && status("failed") == InstanceStatus.FAILED
					&& status("done") == InstanceStatus.COMPLETED);
			await().until(() -> outboxEntries() == 0);
		}

		/** Everything that a client can ask for; returns the id of what is restarted. */
		String requestEverything() {
			this.client.start("approval", null, StartOptions.instanceId("started"));
			this.client.terminate("started", "not wanted");
			this.client.signalWithStart("approval", null, StartOptions.instanceId("signalled"),
					new Signal("approve", "with it"));
			this.client.suspend("waiting", "for a moment");
			this.client.raiseEvent("waiting", "approve", "now");
			this.client.resume("waiting", null);
			this.client.rewind("failed", "try again");
			return this.client.restart("done", true);
		}

		InstanceStatus status(String id) {
			return this.client.get(id).orElseThrow().status();
		}

		String output(String id) {
			return this.client.get(id).orElseThrow().readOutputAs(String.class);
		}

		/** A rewind begins an execution of its own. */
		String execution(String id) {
			return this.client.get(id).orElseThrow().executionId();
		}

		long outboxEntries() {
			return this.jdbc.queryForObject("SELECT COUNT(*) FROM durable_outbox", Long.class);
		}

	}

	static class Approvals {

		@Orchestrator
		void failing(OrchestrationContext context) {
			throw new IllegalStateException("broken");
		}

		@Orchestrator
		String approval(OrchestrationContext context) {
			return context.waitForExternalEvent("approve", String.class).await();
		}

	}

}
