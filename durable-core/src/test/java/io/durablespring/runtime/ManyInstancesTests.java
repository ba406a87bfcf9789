package io.durablespring.runtime;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.durablespring.Activity;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.local.InMemoryStore;
import io.durablespring.local.InProcessTransport;
import io.durablespring.spi.InstanceHead;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * More instances at a time than there is room for parked executions.
 */
class ManyInstancesTests {

	private static final int MANY = 2000;

	private final AtomicInteger loaded = new AtomicInteger();

	private final AtomicInteger histories = new AtomicInteger();

	@Test
	void shortOnesAreReadOnceAndReplayedFromMemory() throws Exception {
		InMemoryStore memory = new InMemoryStore();
		FaultyStore store = new FaultyStore(memory) {

			@Override
			public List<InstanceHead> load(Collection<String> instanceIds) {
				ManyInstancesTests.this.loaded.addAndGet(instanceIds.size());
				return super.load(instanceIds);
			}

			@Override
			public Histories histories(Collection<InstanceHead> instances) {
				ManyInstancesTests.this.histories.addAndGet(instances.size());
				return super.histories(instances);
			}

		};
		try (TestNode node = TestNode.start(memory, store, new InProcessTransport(2, Duration.ofMillis(10)),
				TestNode.quick(), new Work())) {
			List<String> ids = IntStream.range(0, MANY).mapToObj((i) -> node.client().start("three", i)).toList();
			for (String id : ids) {
				assertThat(node.await(id).status()).isEqualTo(InstanceStatus.COMPLETED);
			}
			assertThat(node.runtime.status().cachedExecutions()).isZero();
		}
		assertThat(this.loaded).hasValue(MANY);
		assertThat(this.histories).hasValue(0);
	}

	static class Work {

		@Orchestrator
		int three(OrchestrationContext context, int number) {
			int sum = 0;
			for (int i = 0; i < 3; i++) {
				sum += context.callActivity("add", number, Integer.class).await();
			}
			return sum;
		}

		@Activity
		int add(int number) {
			return number + 1;
		}

	}

}
