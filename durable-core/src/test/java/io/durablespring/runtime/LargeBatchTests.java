package io.durablespring.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

import io.durablespring.Activity;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.StartOptions;
import io.durablespring.local.InMemoryStore;
import io.durablespring.local.InProcessTransport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A batch of instances that each do much is written in parts.
 */
class LargeBatchTests {

	private static final int INSTANCES = 60;

	private static final int CALLS = 500;

	private final InMemoryStore memory = new InMemoryStore();

	private final FaultyStore store = new FaultyStore(this.memory);

	private final List<Integer> batches = Collections.synchronizedList(new ArrayList<>());

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void noMoreIsWrittenAtOnceThanMemoryCanHold(boolean cache) throws Exception {
		this.store.commit = (batch) -> {
			this.batches.add(batch.steps().stream().mapToInt((step) -> step.messages().size()).sum());
			return this.memory.commit(batch);
		};
		RuntimeSettings settings = cache ? TestNode.quick() : TestNode.withoutCache();
		try (TestNode starter = TestNode.start(this.memory, new Wide())) {
			for (int i = 0; i < INSTANCES; i++) {
				starter.client()
					.start("wide", null,
							StartOptions.instanceId("w" + i).at(Instant.now().plus(Duration.ofMillis(600))));
			}
		}
		try (TestNode node = TestNode.start(this.memory, this.store, new InProcessTransport(1, Duration.ofMillis(10)),
				settings, new Wide())) {
			for (int i = 0; i < INSTANCES; i++) {
				assertThat(node.await("w" + i).status()).isEqualTo(InstanceStatus.COMPLETED);
			}
		}
		// 8 MB, a call and its event counting a kilobyte, and the step that exceeds it.
		assertThat(this.batches).allSatisfy((calls) -> assertThat(calls).isLessThanOrEqualTo(8389 + CALLS));
		assertThat(this.batches).as("several instances at a time nevertheless").anyMatch((calls) -> calls > 2 * CALLS);
	}

	static class Wide {

		@Orchestrator
		void wide(OrchestrationContext context) {
			context.allOf(
					IntStream.range(0, CALLS).mapToObj((i) -> context.callActivity("nothing", i, Void.class)).toList())
				.await();
		}

		@Activity
		void nothing(int number) {
		}

	}

}
