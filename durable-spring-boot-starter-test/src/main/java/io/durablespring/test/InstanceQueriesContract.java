package io.durablespring.test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.durablespring.InstanceQuery;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.InstanceQueries;
import io.durablespring.spi.NewInstance;
import io.durablespring.spi.StepCommit;
import org.junit.jupiter.api.Test;

import static io.durablespring.test.StoreSamples.T0;
import static io.durablespring.test.StoreSamples.pending;
import static io.durablespring.test.StoreSamples.startEntry;
import static io.durablespring.test.StoreSamples.started;
import static io.durablespring.test.StoreSamples.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What every {@link InstanceQueries} must do. A subclass says which store to check.
 *
 * @see OrchestrationStoreContract
 */
public abstract class InstanceQueriesContract extends StoreContract {

	@Test
	void findKnowsNobodyWhoWasNotCreated() {
		create("a", "x");
		assertThat(this.queries.find("b")).isEmpty();
		assertThat(this.queries.find("A")).isEmpty();
		assertThat(this.queries.history("b")).isEmpty();
		assertThat(this.queries.list(InstanceQuery.all().name("b")).instances()).isEmpty();
	}

	@Test
	void findSeesEveryChangeWithinOneTransactionOfTheCaller() {
		StoreUnderTest.Transactions transactions = callersTransactions();
		transactions.commit(() -> {
			assertThat(this.queries.find("a")).isEmpty();
			create("a", "x");
			assertThat(this.queries.find("a")).get()
				.extracting(OrchestrationMetadata::status)
				.isEqualTo(InstanceStatus.PENDING);
			assertThat(this.queries.statuses(List.of("a"))).isEqualTo(Map.of("a", InstanceStatus.PENDING));
			assertThat(this.queries.counts()).isEqualTo(Map.of(InstanceStatus.PENDING, 1L));
		});
		transactions.commit(() -> {
			assertThat(this.queries.find("a")).isPresent();
			commit(step(head("a"), InstanceStatus.RUNNING, 0));
			assertThat(this.queries.find("a")).get()
				.extracting(OrchestrationMetadata::status)
				.isEqualTo(InstanceStatus.RUNNING);
		});
	}

	@Test
	void statusesAreThoseOfTheInstancesThatExist() {
		create("a", "x");
		create("b", "y");
		commit(step(head("b"), InstanceStatus.SUSPENDED, 0));
		assertThat(this.queries.statuses(List.of("a", "b", "nobody")))
			.isEqualTo(Map.of("a", InstanceStatus.PENDING, "b", InstanceStatus.SUSPENDED));
		assertThat(this.queries.statuses(List.of())).isEmpty();
		assertThat(this.queries.statuses(IntStream.range(0, 3000).mapToObj((i) -> "n" + i).toList())).isEmpty();
	}

	@Test
	void countsAreByStatusAndLeaveOutWhatIsNot() {
		assertThat(this.queries.counts()).isEmpty();
		IntStream.range(0, 3).forEach((i) -> create("i" + i, "x" + i));
		commit(step(head("i1"), InstanceStatus.COMPLETED, 0));
		assertThat(this.queries.counts()).isEqualTo(Map.of(InstanceStatus.PENDING, 2L, InstanceStatus.COMPLETED, 1L));
	}

	@Test
	void historyIsThatOfTheCurrentExecution() {
		create("a", "x");
		assertThat(this.queries.history("a")).isEmpty();
		commit(step(head("a"), InstanceStatus.RUNNING, 0, new HistoryEvent.TimerFired(T0, 1)));
		commit(step(head("a"), InstanceStatus.COMPLETED, 1, new HistoryEvent.ExecutionCompleted(T0, Payload.of("7"))));
		assertThat(this.queries.history("a")).containsExactly(new HistoryEvent.TimerFired(T0, 1),
				new HistoryEvent.ExecutionCompleted(T0, Payload.of("7")));
		create("a", "y");
		assertThat(this.queries.history("a")).isEmpty();
	}

	@Test
	void listFiltersByStatus() {
		create("a", "x");
		create("b", "y");
		create("c", "z");
		commit(step(head("b"), InstanceStatus.RUNNING, 0));
		commit(step(head("c"), InstanceStatus.FAILED, 0));
		assertThat(ids(InstanceQuery.all())).containsExactly("a", "b", "c");
		assertThat(ids(InstanceQuery.all().status(InstanceStatus.PENDING, InstanceStatus.FAILED))).containsExactly("a",
				"c");
		assertThat(ids(InstanceQuery.all().status(InstanceStatus.TERMINATED))).isEmpty();
	}

	@Test
	void listFiltersByNameExactly() {
		create("a", T0, "order");
		create("b", T0, "orders");
		create("c", T0, "Order");
		assertThat(ids(InstanceQuery.all().name("order"))).containsExactly("a");
	}

	@Test
	void listFiltersByPrefixWithoutWildcards() {
		for (String id : List.of("a%b-1", "axb-1", "a_b-1", "a!b-1", "a%B-1")) {
			create(id, T0, "order");
		}
		assertThat(ids(InstanceQuery.all().idPrefix("a%b"))).containsExactly("a%b-1");
		assertThat(ids(InstanceQuery.all().idPrefix("a_b"))).containsExactly("a_b-1");
		assertThat(ids(InstanceQuery.all().idPrefix("a!"))).containsExactly("a!b-1");
		assertThat(ids(InstanceQuery.all().idPrefix(""))).hasSize(5);
	}

	@Test
	void listFiltersByCreationFromInclusiveToExclusive() {
		Instant next = T0.plusNanos(1000);
		create("a", T0, "order");
		create("b", next, "order");
		create("c", next.plusNanos(1000), "order");
		assertThat(ids(InstanceQuery.all().created(next, null))).containsExactly("b", "c");
		assertThat(ids(InstanceQuery.all().created(null, next))).containsExactly("a");
		assertThat(ids(InstanceQuery.all().created(next, next.plusNanos(1000)))).containsExactly("b");
	}

	@Test
	void listJoinsItsConditions() {
		create("a-1", T0, "order");
		create("a-2", T0, "other");
		create("b-1", T0, "order");
		assertThat(ids(InstanceQuery.all()
			.name("order")
			.idPrefix("a")
			.status(InstanceStatus.PENDING)
			.created(T0, T0.plusSeconds(1)))).containsExactly("a-1");
	}

	@Test
	void listLeavesOutPayloadsUnlessAskedFor() {
		create("a", "x");
		InstanceHead head = head("a");
		commit(new StepCommit(head, T0, InstanceStatus.COMPLETED, Payload.of("42"), null, 0, List.of(), List.of(),
				List.of(), List.of(), List.of()));
		OrchestrationMetadata full = this.queries.find("a").orElseThrow();
		assertThat(full.input()).isEqualTo(Payload.of("{\"amount\":12.5}"));
		assertThat(full.output()).isEqualTo(Payload.of("42"));
		assertThat(this.queries.list(InstanceQuery.all().fetchPayloads()).instances()).containsExactly(full);
		assertThat(this.queries.list(InstanceQuery.all()).instances())
			.containsExactly(new OrchestrationMetadata("a", full.name(), full.version(), full.status(),
					full.executionId(), null, null, full.failure(), full.customStatus(), full.tags(), full.parentId(),
					full.createdAt(), full.startedAt(), full.updatedAt(), full.completedAt()));
	}

	@Test
	void listPagesInOrderOfCreationAndId() {
		create("e", T0.plusSeconds(2), "order");
		create("b", T0.plusSeconds(1), "order");
		create("d", T0.plusSeconds(1), "order");
		create("c", T0.plusSeconds(1), "order");
		create("a", T0.plusSeconds(3), "order");
		assertThat(pages(InstanceQuery.all().pageSize(2))).containsExactly(List.of("b", "c"), List.of("d", "e"),
				List.of("a"));
		assertThat(pages(InstanceQuery.all().pageSize(5))).containsExactly(List.of("b", "c", "d", "e", "a"));
		assertThat(pages(InstanceQuery.all().name("nothing"))).containsExactly(List.of());
	}

	@Test
	void pagesNeitherRepeatNorHideInstancesWhileOthersChange() {
		IntStream.range(0, 6).forEach((i) -> create("i" + i, T0.plusSeconds(i), "order"));
		InstanceQuery query = InstanceQuery.all().pageSize(2);
		InstanceQuery.Page first = this.queries.list(query);
		create("before", T0.minusSeconds(1), "order");
		create("after", T0.plusSeconds(9), "order");
		commit(step(head("i0"), InstanceStatus.COMPLETED, 0));
		commit(step(head("i3"), InstanceStatus.RUNNING, 0));
		this.store.create(new NewInstance("i0", "again", started(T0.plusSeconds(8), "order"), null),
				startEntry("i0", "again"), NOTHING);
		InstanceQuery.Page second = this.queries.list(query.after(first.continuationToken()));
		assertThat(second.instances()).extracting(OrchestrationMetadata::instanceId).containsExactly("i2", "i3");
		InstanceQuery.Page third = this.queries.list(query.after(second.continuationToken()));
		assertThat(third.instances()).extracting(OrchestrationMetadata::instanceId).containsExactly("i4", "i5");
		InstanceQuery.Page fourth = this.queries.list(query.after(third.continuationToken()));
		assertThat(fourth.instances()).extracting(OrchestrationMetadata::instanceId).containsExactly("i0", "after");
		assertThat(fourth.continuationToken()).isNull();
	}

	@Test
	void listRefusesTokensThatAreNotOurs() {
		for (String token : List.of("", "!", "bm90IG91cnM", "7", "MjAyNi0wMS0wMQ")) {
			assertThatIllegalArgumentException().isThrownBy(() -> this.queries.list(InstanceQuery.all().after(token)))
				.withMessageContaining("continuation token");
		}
	}

	private void create(String id, Instant at, String name) {
		this.store.create(new NewInstance(id, "x-" + id, started(at, name), null), startEntry(id, "x-" + id), NOTHING);
	}

	private List<String> ids(InstanceQuery query) {
		return this.queries.list(query).instances().stream().map(OrchestrationMetadata::instanceId).toList();
	}

	private List<List<String>> pages(InstanceQuery query) {
		List<List<String>> pages = new ArrayList<>();
		InstanceQuery next = query;
		InstanceQuery.Page page;
		do {
			page = this.queries.list(next);
			pages.add(page.instances().stream().map(OrchestrationMetadata::instanceId).toList());
			next = query.after(page.continuationToken());
		}
		while (page.continuationToken() != null);
		return pages;
	}

}
