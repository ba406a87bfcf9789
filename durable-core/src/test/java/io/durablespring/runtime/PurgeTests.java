package io.durablespring.runtime;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

import io.durablespring.IdReusePolicy;
import io.durablespring.InstanceFilter;
import io.durablespring.InstanceStatus;
import io.durablespring.ParentInstance;
import io.durablespring.PurgeResult;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.local.InMemoryStore;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.InstanceQueries;
import io.durablespring.spi.NewInstance;
import io.durablespring.spi.OrchestrationStore.Reuse;
import io.durablespring.spi.OrchestrationStore.StepBatch;
import io.durablespring.spi.OutboxEntry;
import io.durablespring.spi.StepCommit;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a purge takes, and when it ends.
 */
class PurgeTests {

	private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

	private final InMemoryStore memory = new InMemoryStore();

	private final List<Integer> batches = new ArrayList<>();

	private final FaultyStore store = new FaultyStore(this.memory) {

		@Override
		public int purge(Collection<InstanceHead> instances) {
			PurgeTests.this.batches.add(instances.size());
			return super.purge(instances);
		}

	};

	@Test
	void anInstanceThatWasStartedAgainSinceItWasListedIsLeftAlone() {
		finished("a", null, InstanceStatus.FAILED);
		finished("b", null, InstanceStatus.FAILED);
		Purges purges = new Purges(this.store, afterListing(() -> finished("a", null, InstanceStatus.COMPLETED)));
		InstanceFilter failed = InstanceFilter.all().status(InstanceStatus.FAILED);
		assertThat(purges.purge(failed, true, Duration.ofMinutes(1))).isEqualTo(new PurgeResult(1, true));
		assertThat(this.memory.find("a")).get()
			.extracting((instance) -> instance.status())
			.isEqualTo(InstanceStatus.COMPLETED);
	}

	@Test
	void manyChildrenArePurgedInBatchesAndTheirParentLast() {
		ParentInstance parent = finished("parent", null, InstanceStatus.COMPLETED);
		IntStream.range(0, 900).forEach((i) -> finished("child-" + i, parent, InstanceStatus.COMPLETED));
		Purges purges = new Purges(this.store, this.memory);
		InstanceFilter parents = InstanceFilter.all().idPrefix("parent");
		assertThat(purges.purge(parents, true, Duration.ZERO)).isEqualTo(new PurgeResult(500, false));
		assertThat(this.memory.find("parent")).isPresent();
		assertThat(purges.purge(parents, true, Duration.ofMinutes(1))).isEqualTo(new PurgeResult(401, true));
		assertThat(this.batches).containsExactly(500, 400, 1);
		assertThat(purges.purge(parents, true, Duration.ZERO)).isEqualTo(new PurgeResult(0, true));
	}

	@Test
	void aPurgeOfOneInstanceTakesAllOfItsChildren() {
		ParentInstance parent = finished("parent", null, InstanceStatus.COMPLETED);
		IntStream.range(0, 600).forEach((i) -> finished("child-" + i, parent, InstanceStatus.COMPLETED));
		assertThat(new Purges(this.store, this.memory).purge("parent", true)).isEqualTo(new PurgeResult(601, true));
		assertThat(this.batches).containsExactly(500, 100, 1);
	}

	private ParentInstance finished(String id, ParentInstance parent, InstanceStatus status) {
		String executionId = UUID.randomUUID().toString();
		this.memory.create(
				new NewInstance(id, executionId, new ExecutionStarted(NOW, "order", null, null, Map.of(), parent), null,
						List.of()),
				List.of(new OutboxEntry(executionId + ":start", NOW, null, List.of())),
				new Reuse(IdReusePolicy.REPLACE_FINISHED, (replaced, children) -> List.of()), () -> {
				});
		StepCommit step = new StepCommit(this.memory.load(List.of(id)).get(0), NOW,
				new StepCommit.State(status, true, null, null, null, parent),
				StepCommit.HistoryChange.of(executionId, 0, List.of()), StepCommit.Outgoing.nothing(), List.of());
		assertThat(this.memory.commit(new StepBatch(List.of(step), UUID.randomUUID().toString(), NOW, NOW, List.of()))
			.leftOut()).isEmpty();
		return new ParentInstance(id, executionId, 0);
	}

	/** Queries after whose list something happens. */
	private InstanceQueries afterListing(Runnable happens) {
		return (InstanceQueries) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { InstanceQueries.class }, (proxy, method, arguments) -> {
					try {
						Object answer = method.invoke(this.memory, arguments);
						if (method.getName().equals("list")) {
							happens.run();
						}
						return answer;
					}
					catch (InvocationTargetException ex) {
						throw ex.getTargetException();
					}
				});
	}

}
