package io.durablespring.endtoend;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.durablespring.DurableClient;
import io.durablespring.OrchestrationContext;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.Orchestrator;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two nodes, both of which wait for every instance: one of them runs it, the other one
 * has to be told, because it looks only after ten seconds.
 */
class AwaitAcrossNodesEndToEndTests {

	private static final String HUB = "hub-" + UUID.randomUUID();

	private static final int INSTANCES = 40;

	@Test
	void whatEndsOnOneNodeIsHeardOfOnTheOther() throws Exception {
		ExecutorService waiters = Executors.newFixedThreadPool(2);
		try (ConfigurableApplicationContext one = start(); ConfigurableApplicationContext two = start()) {
			DurableClient first = one.getBean(DurableClient.class);
			DurableClient second = two.getBean(DurableClient.class);
			double[] millis = new double[INSTANCES];
			for (int i = 0; i < INSTANCES; i++) {
				String id = first.start("patient", null);
				Future<Instant> here = waiters.submit(() -> returned(first, id));
				Future<Instant> there = waiters.submit(() -> returned(second, id));
				first.awaitStart(id, Duration.ofSeconds(60));
				first.raiseEvent(id, "go", "done");
				Instant later = max(here.get(90, TimeUnit.SECONDS), there.get(90, TimeUnit.SECONDS));
				Instant ended = first.get(id).orElseThrow().completedAt();
				assertThat(ended).isNotNull();
				millis[i] = Duration.between(ended, later).toNanos() / 1e6;
			}
			Arrays.sort(millis);
			System.out.printf("From the last step to the return on both nodes: p50 %.1f ms, p90 %.1f ms%n",
					millis[INSTANCES / 2], millis[INSTANCES * 9 / 10]);
			assertThat(millis[INSTANCES / 2]).isLessThan(1000);
		}
		finally {
			waiters.shutdownNow();
		}
	}

	private static Instant returned(DurableClient client, String id) throws Exception {
		OrchestrationMetadata found = client.awaitCompletion(id, Duration.ofSeconds(80));
		assertThat(found.readOutputAs(String.class)).isEqualTo("done");
		return Instant.now();
	}

	private static Instant max(Instant one, Instant other) {
		return one.isAfter(other) ? one : other;
	}

	private static ConfigurableApplicationContext start() {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("durable.task-hub=" + HUB, "durable.kafka.partitions=4", "durable.jpa.initialize-schema=always",
					"durable.client.longest-look=100s", "spring.kafka.bootstrap-servers=" + Servers.broker(),
					"spring.datasource.url=" + Servers.postgresUrl())
			.run();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Application {

		@Orchestrator
		String patient(OrchestrationContext ctx) {
			return ctx.waitForExternalEvent("go", String.class).await();
		}

	}

}
