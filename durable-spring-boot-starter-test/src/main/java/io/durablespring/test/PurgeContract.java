package io.durablespring.test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.durablespring.IdReusePolicy;
import io.durablespring.InstanceStatus;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.OrchestrationStore;
import io.durablespring.spi.StepCommit;
import org.junit.jupiter.api.Test;

import static io.durablespring.test.StoreSamples.as;
import static io.durablespring.test.StoreSamples.batch;
import static io.durablespring.test.StoreSamples.pending;
import static io.durablespring.test.StoreSamples.reuse;
import static io.durablespring.test.StoreSamples.step;
import static io.durablespring.test.StoreSamples.together;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * How every {@link OrchestrationStore} must remove instances. A subclass says which store
 * to check.
 *
 * @see OrchestrationStoreContract
 */
public abstract class PurgeContract extends StoreContract {

	@Test
	void purgeRemovesFinishedInstancesWithTheirHistory() {
		InstanceHead a = finished("a", InstanceStatus.COMPLETED, events());
		InstanceHead b = finished("b", InstanceStatus.FAILED, events());
		InstanceHead c = finished("c", InstanceStatus.TERMINATED, events());
		finished("d", InstanceStatus.COMPLETED, events());
		assertThat(this.store.purge(List.of(c, a, b))).isEqualTo(3);
		assertThat(this.store.load(List.of("a", "b", "c", "d"))).extracting(InstanceHead::id).containsExactly("d");
		assertThat(this.queries.find("a")).isEmpty();
		assertThat(this.queries.history("a")).isEmpty();
		assertThat(this.store.histories(List.of(a, b, c)).readable().values())
			.allSatisfy((history) -> assertThat(history).isEmpty());
		assertThat(this.queries.history("d")).containsExactly(events());
	}

	@Test
	void purgeLeavesOutWhatHasNotFinishedOrHasAnotherExecutionByNow() {
		create("running", "x");
		commit(step(head("running"), InstanceStatus.RUNNING, 0, events()));
		InstanceHead replaced = finished("replaced", InstanceStatus.COMPLETED);
		create("replaced", "new");
		commit(step(head("replaced"), InstanceStatus.COMPLETED, 0, events()));
		InstanceHead rewound = finished("rewound", InstanceStatus.FAILED);
		commit(as("old-rewound~0.1", null, step(rewound, InstanceStatus.RUNNING, 0)));
		InstanceHead resumed = new InstanceHead("running", "order", "1.2", InstanceStatus.COMPLETED, "x", 1, null);
		InstanceHead nobody = new InstanceHead("nobody", "order", "1.2", InstanceStatus.COMPLETED, "x", 1, null);
		assertThat(this.store.purge(List.of(resumed, replaced, rewound, nobody))).isZero();
		assertThat(this.store.purge(List.of())).isZero();
		assertThat(this.store.load(List.of("running", "replaced", "rewound"))).hasSize(3);
		assertThat(this.queries.history("running")).containsExactly(events());
		assertThat(this.queries.history("replaced")).containsExactly(events());
	}

	@Test
	void purgeTakesAnInstanceAsItWasReadWhateverItsVersion() {
		InstanceHead finished = finished("a", InstanceStatus.COMPLETED);
		commit(step(finished, InstanceStatus.COMPLETED, 0));
		assertThat(this.store.purge(List.of(finished))).isOne();
	}

	@Test
	void anIdIsFreeAfterAPurge() {
		InstanceHead before = finished("a", InstanceStatus.COMPLETED, events());
		this.store.purge(List.of(before));
		create(pending("a", "new"), reuse(IdReusePolicy.REJECT), NOTHING);
		assertThat(this.queries.history("a")).isEmpty();
		assertThat(this.store.commit(batch("late", step(before, InstanceStatus.RUNNING, 0))).leftOut())
			.containsExactly("a");
	}

	@Test
	void purgeTakesHundredsOfInstances() {
		List<InstanceHead> heads = new ArrayList<>();
		IntStream.range(0, 600).forEach((i) -> create("i" + i, "x" + i));
		List<String> ids = IntStream.range(0, 600).mapToObj((i) -> "i" + i).toList();
		commit("batch",
				this.store.load(ids)
					.stream()
					.map((head) -> step(head, InstanceStatus.COMPLETED, 0, events()))
					.toArray(StepCommit[]::new));
		heads.addAll(this.store.load(ids));
		assertThat(this.store.purge(heads)).isEqualTo(600);
		assertThat(this.store.load(ids)).isEmpty();
	}

	@Test
	void ofConcurrentPurgesOneRemovesEachInstance() throws Exception {
		List<InstanceHead> heads = new ArrayList<>();
		IntStream.range(0, 30).forEach((i) -> heads.add(finished("i" + i, InstanceStatus.COMPLETED, events())));
		List<InstanceHead> reversed = new ArrayList<>(heads);
		Collections.reverse(reversed);
		AtomicInteger next = new AtomicInteger();
		List<Integer> purged = together(4,
				() -> this.store.purge((next.getAndIncrement() % 2 == 0) ? heads : reversed));
		assertThat(purged.stream().mapToInt(Integer::intValue).sum()).isEqualTo(30);
	}

	@Test
	void aPurgeStaysWhateverBecomesOfTheCallersTransaction() {
		StoreUnderTest.Transactions transactions = callersTransactions();
		InstanceHead finished = finished("a", InstanceStatus.COMPLETED);
		transactions.rollBack(() -> assertThat(this.store.purge(List.of(finished))).isOne());
		assertThat(this.store.load(List.of("a"))).isEmpty();
	}

}
