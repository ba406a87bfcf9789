package io.durablespring.endtoend;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

import io.durablespring.DurableClient;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestratorMethod;
import io.durablespring.endtoend.TestApplication.Orders;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Prints how long sequences and fan-outs take on one node, a real broker and a real
 * database. Asserts results, never times. Not part of the test suite; run it with
 * {@code ./mvnw -pl durable-spring-boot-autoconfigure -am test -Dtest=ScaleBenchmark
 * -Dsurefire.failIfNoSpecifiedTests=false}.
 */
class ScaleBenchmark {

	private static final Duration TIMEOUT = Duration.ofMinutes(5);

	private final PrintStream out = System.out;

	private DurableClient client;

	@Test
	void printsHowTimeGrowsWithLength() throws Exception {
		try (ConfigurableApplicationContext application = start()) {
			this.client = application.getBean(DurableClient.class);
			run(Orders::sequence, 500);
			run(Orders::fanOut, 500);
			this.out.printf("%njava %s, %d processors%n", Runtime.version(),
					Runtime.getRuntime().availableProcessors());
			for (int length : new int[] { 250, 500, 1000, 2000 }) {
				double millis = run(Orders::sequence, length);
				this.out.printf("sequence %5d: %8.0f ms, %.2f ms a step%n", length, millis, millis / length);
			}
			for (int width : new int[] { 1000, 10_000 }) {
				this.out.printf("fan-out  %5d: %8.0f ms%n", width, run(Orders::fanOut, width));
			}
			printLatency(300);
			printThroughput(5000);
		}
	}

	private double run(OrchestratorMethod.Consumer<Orders, Integer> orchestrator, int size) throws Exception {
		long begin = System.nanoTime();
		String id = this.client.start(orchestrator, size);
		assertThat(this.client.awaitCompletion(id, TIMEOUT).status()).isEqualTo(InstanceStatus.COMPLETED);
		return (System.nanoTime() - begin) / 1e6;
	}

	private void printLatency(int runs) throws Exception {
		double[] millis = new double[runs];
		for (int i = 0; i < runs; i++) {
			millis[i] = run(Orders::sequence, 3);
		}
		Arrays.sort(millis);
		this.out.printf("three activities in sequence, one instance at a time: p50 %.1f, p95 %.1f, p99 %.1f ms%n",
				millis[runs / 2], millis[runs * 95 / 100], millis[runs * 99 / 100]);
	}

	private void printThroughput(int instances) throws Exception {
		for (int round = 0; round < 3; round++) {
			long begin = System.nanoTime();
			List<String> ids = IntStream.range(0, instances)
				.mapToObj((i) -> this.client.start(Orders::sequence, 3))
				.toList();
			double started = (System.nanoTime() - begin) / 1e9;
			for (String id : ids) {
				this.client.awaitCompletion(id, TIMEOUT);
			}
			this.out.printf("three activities in sequence, %d instances: %.0f/s (started at %.0f/s)%n", instances,
					instances / ((System.nanoTime() - begin) / 1e9), instances / started);
		}
	}

	private static ConfigurableApplicationContext start() {
		return new SpringApplicationBuilder(TestApplication.class).web(WebApplicationType.NONE)
			.properties("durable.task-hub=hub-" + UUID.randomUUID(), "durable.jpa.initialize-schema=always",
					"spring.kafka.bootstrap-servers=" + Servers.broker(),
					"spring.datasource.url=" + Servers.postgresUrl() + "&reWriteBatchedInserts=true",
					"spring.jpa.hibernate.ddl-auto=update", "logging.level.root=warn")
			.run();
	}

}
