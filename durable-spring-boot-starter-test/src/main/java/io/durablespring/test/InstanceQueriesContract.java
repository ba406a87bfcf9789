package io.durablespring.test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.durablespring.InstanceCount;
import io.durablespring.InstanceFilter;
import io.durablespring.InstanceQuery;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.InstanceQueries;
import org.junit.jupiter.api.Test;

import static io.durablespring.test.StoreSamples.T0;
import static io.durablespring.test.StoreSamples.child;
import static io.durablespring.test.StoreSamples.pending;
import static io.durablespring.test.StoreSamples.started;
import static io.durablespring.test.StoreSamples.step;
import static io.durablespring.test.StoreSamples.withCustomStatus;
import static io.durablespring.test.StoreSamples.withOutcome;
import static io.durablespring.test.StoreSamples.withParent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What every {@link InstanceQueries} must do. A subclass says which store to check.
 *
 * @see InstanceFilterContract
 * @see OrchestrationStoreContract
 */
public abstract class InstanceQueriesContract extends StoreContract {

	@Test
	void findKnowsNobodyWhoWasNotCreated() {
		create("a", "x");
		assertThat(this.queries.find("b")).isEmpty();
		assertThat(this.queries.find("A")).isEmpty();
		assertThat(this.queries.history("b")).isEmpty();
		assertThat(this.queries.list(InstanceQuery.of(InstanceFilter.all().name("b"))).instances()).isEmpty();
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
			assertThat(this.queries.counts()).containsExactly(new InstanceCount("order", InstanceStatus.PENDING, 1));
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
	void countsAreByNameAndStatusAndLeaveOutWhatIsNot() {
		assertThat(this.queries.counts()).isEmpty();
		IntStream.range(0, 3).forEach((i) -> create("i" + i, "x" + i));
		create("o1", T0, "other");
		create("o2", T0, "other");
		commit("1", step(head("i1"), InstanceStatus.COMPLETED, 0), step(head("o1"), InstanceStatus.COMPLETED, 0),
				step(head("o2"), InstanceStatus.COMPLETED, 0));
		assertThat(this.queries.counts()).containsExactlyInAnyOrder(
				new InstanceCount("order", InstanceStatus.PENDING, 2),
				new InstanceCount("order", InstanceStatus.COMPLETED, 1),
				new InstanceCount("other", InstanceStatus.COMPLETED, 2));
	}

	@Test
	void childrenAreTheInstancesThatTheParentsWaitFor() {
		create("a", "x");
		create(child("a:1", "a"));
		create(child("a:2", "a"));
		create(child("b:1", "b"));
		create(child("c:1", "c"));
		commit(step(head("a:2"), InstanceStatus.COMPLETED, 0));
		assertThat(this.queries.children(List.of("a", "b", "a:1", "nobody"))).containsExactlyInAnyOrder(head("a:1"),
				head("a:2"), head("b:1"));
		assertThat(this.queries.children(List.of("parent-1"))).containsExactly(head("a"));
		assertThat(this.queries.children(List.of())).isEmpty();
		assertThat(this.queries.children(IntStream.range(0, 3000).mapToObj((i) -> "n" + i).toList())).isEmpty();
	}

	@Test
	void aChildWithoutAParentAnyMoreIsNobodysChild() {
		create(child("a:1", "a"));
		commit(withParent(step(head("a:1"), InstanceStatus.RUNNING, 0), null));
		assertThat(this.queries.children(List.of("a"))).isEmpty();
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
	void listLeavesOutPayloadsUnlessAskedFor() {
		create("a", "x");
		InstanceHead head = head("a");
		commit(withCustomStatus(withOutcome(step(head, InstanceStatus.COMPLETED, 0), Payload.of("42"), null),
				Payload.of("\"done\"")));
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
		assertThat(pages(InstanceQuery.of(InstanceFilter.all().name("nothing")))).containsExactly(List.of());
	}

	@Test
	void pagesNeitherRepeatNorHideInstancesWhileOthersChange() {
		IntStream.range(0, 6).forEach((i) -> create("i" + i, T0.plusSeconds(i), "order"));
		create("i2b", T0.plusSeconds(2), "order");
		commit(step(head("i2b"), InstanceStatus.COMPLETED, 0));
		InstanceHead finished = head("i2b");
		InstanceQuery query = InstanceQuery.all().pageSize(2);
		InstanceQuery.Page first = this.queries.list(query);
		create("before", T0.minusSeconds(1), "order");
		create("after", T0.plusSeconds(9), "order");
		commit(step(head("i0"), InstanceStatus.COMPLETED, 0));
		commit(step(head("i3"), InstanceStatus.RUNNING, 0));
		create(pending("i0", "again", started(T0.plusSeconds(8), "order")));
		this.store.purge(List.of(finished));
		InstanceQuery.Page second = this.queries.list(query.after(first.continuationToken()));
		assertThat(second.instances()).extracting(OrchestrationMetadata::instanceId).containsExactly("i2", "i3");
		InstanceQuery.Page third = this.queries.list(query.after(second.continuationToken()));
		assertThat(third.instances()).extracting(OrchestrationMetadata::instanceId).containsExactly("i4", "i5");
		InstanceQuery.Page fourth = this.queries.list(query.after(third.continuationToken()));
		assertThat(fourth.instances()).extracting(OrchestrationMetadata::instanceId).containsExactly("i0", "after");
		assertThat(fourth.continuationToken()).isNull();
	}

	@Test
	void pagesOfAFilterNeitherRepeatNorHideWhatPassesItThroughout() {
		IntStream.range(0, 6).forEach((i) -> create("i" + i, T0.plusSeconds(i), "order"));
		InstanceQuery query = InstanceQuery.of(InstanceFilter.all().status(InstanceStatus.PENDING)).pageSize(2);
		InstanceQuery.Page first = this.queries.list(query);
		assertThat(first.instances()).extracting(OrchestrationMetadata::instanceId).containsExactly("i0", "i1");
		// One that has been listed and one that has not pass the filter no longer.
		commit("1", step(head("i1"), InstanceStatus.RUNNING, 0), step(head("i2"), InstanceStatus.RUNNING, 0));
		InstanceQuery.Page second = this.queries.list(query.after(first.continuationToken()));
		assertThat(second.instances()).extracting(OrchestrationMetadata::instanceId).containsExactly("i3", "i4");
		InstanceQuery.Page third = this.queries.list(query.after(second.continuationToken()));
		assertThat(third.instances()).extracting(OrchestrationMetadata::instanceId).containsExactly("i5");
		assertThat(third.continuationToken()).isNull();
	}

	@Test
	void listRefusesTokensThatAreNotOurs() {
		for (String token : List.of("", "!", "bm90IG91cnM", "7", "MjAyNi0wMS0wMQ")) {
			assertThatIllegalArgumentException().isThrownBy(() -> this.queries.list(InstanceQuery.all().after(token)))
				.withMessageContaining("continuation token");
		}
	}

	private void create(String id, Instant at, String name) {
		create(pending(id, "x-" + id, started(at, name)));
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
