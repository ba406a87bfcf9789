package io.durablespring.endtoend;

import java.time.Duration;
import java.util.UUID;
import java.util.stream.IntStream;

import io.durablespring.DurableClient;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.StartOptions;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two deployments of one application during a rollout: each runs what it knows, and hands
 * over what it does not.
 */
class VersionHandOffEndToEndTests {

	private static final String HUB = "hub-" + UUID.randomUUID();

	@Test
	void instancesReachTheDeploymentThatKnowsTheirVersion() throws Exception {
		try (ConfigurableApplicationContext old = start(OldDeployment.class)) {
			DurableClient client = old.getBean(DurableClient.class);
			// Nobody knows version 2 yet: it waits, and holds nobody up.
			String waiting = client.start("greeting", null, StartOptions.instanceId("waiting").version("2"));
			for (int i = 0; i < 20; i++) {
				assertThat(greeting(client, client.start("greeting", null))).isEqualTo("old for 1");
			}
			assertThat(client.get(waiting).orElseThrow().status()).isEqualTo(InstanceStatus.PENDING);
			try (ConfigurableApplicationContext current = start(NewDeployment.class)) {
				assertThat(greeting(client, waiting)).isEqualTo("new for 2");
				DurableClient other = current.getBean(DurableClient.class);
				for (String id : IntStream.range(0, 20)
					.mapToObj((i) -> other.start("greeting", null,
							StartOptions.defaults().version((i % 2 == 0) ? "2" : "1")))
					.toList()) {
					String version = other.get(id).orElseThrow().version();
					assertThat(greeting(other, id)).endsWith("for " + version);
				}
			}
		}
	}

	private static String greeting(DurableClient client, String id) throws Exception {
		return client.awaitCompletion(id, Duration.ofSeconds(60)).readOutputAs(String.class);
	}

	private static ConfigurableApplicationContext start(Class<?> deployment) {
		return new SpringApplicationBuilder(deployment).web(WebApplicationType.NONE)
			.properties("durable.task-hub=" + HUB, "durable.kafka.partitions=4", "durable.jpa.initialize-schema=always",
					"durable.versioning.match-strategy=strict", "spring.kafka.bootstrap-servers=" + Servers.broker(),
					"spring.datasource.url=" + Servers.postgresUrl())
			.run();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class OldDeployment {

		@Orchestrator(version = "1")
		String greeting(OrchestrationContext ctx) {
			ctx.createTimer(Duration.ofMillis(10)).await();
			return "old for " + ctx.info().version();
		}

	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class NewDeployment {

		@Orchestrator(version = "2")
		String greeting(OrchestrationContext ctx) {
			ctx.createTimer(Duration.ofMillis(10)).await();
			return "new for " + ctx.info().version();
		}

	}

}
