package io.durablespring.autoconfigure;

import java.time.Duration;
import java.util.List;

import javax.sql.DataSource;

import io.durablespring.DurableClient;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.StartOptions;
import io.durablespring.actuate.DurableInstancesEndpoint;
import io.durablespring.actuate.DurableInstancesEndpoint.InstanceDetails;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What an operator sees of an instance whose history in the database cannot be read, and
 * what helps.
 */
class UnreadableHistoryApplicationTests {

	@Test
	void theInstanceIsMarkedAndGoesOnAfterTheFixAndAResume() {
		H2Application.runner()
			.withPropertyValues("durable.orchestrations.max-cached=0")
			.withBean(Approvals.class)
			.run((context) -> {
				DurableClient client = context.getBean(DurableClient.class);
				JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
				client.start("approval", null, StartOptions.instanceId("a"));
				client.awaitStart("a", Duration.ofSeconds(20));
				rename(jdbc, "ExecutionStarted", "ExecutionLaunched");
				client.raiseEvent("a", "approve", "one");
				await().until(() -> client.get("a").orElseThrow().status() == InstanceStatus.SUSPENDED);
				InstanceDetails details = new DurableInstancesEndpoint(client, List.of()).instance("a");
				assertThat(details).isNotNull();
				assertThat(details.failure()).asString().contains("HistoryUnreadable", "ExecutionLaunched");
				assertThat(details.historyProblem()).contains("ExecutionLaunched");
				assertThat(details.history()).isEmpty();
				rename(jdbc, "ExecutionLaunched", "ExecutionStarted");
				client.raiseEvent("a", "approve", "two");
				client.resume("a", "mended");
				assertThat(client.awaitCompletion("a", Duration.ofSeconds(20)).readOutputAs(String.class))
					.isEqualTo("two");
			});
	}

	private static void rename(JdbcTemplate jdbc, String from, String to) {
		assertThat(jdbc.update("UPDATE durable_history SET event_type = ? WHERE instance_id = 'a' AND event_type = ?",
				to, from))
			.isOne();
	}

	static class Approvals {

		@Orchestrator("approval")
		String approval(OrchestrationContext ctx) {
			return ctx.waitForExternalEvent("approve", String.class).await();
		}

	}

}
