package io.durablespring.test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.durablespring.InstanceFilter;
import io.durablespring.InstanceQuery;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.InstanceQueries;
import io.durablespring.spi.StepCommit;
import org.junit.jupiter.api.Test;

import static io.durablespring.test.StoreSamples.T0;
import static io.durablespring.test.StoreSamples.as;
import static io.durablespring.test.StoreSamples.at;
import static io.durablespring.test.StoreSamples.pending;
import static io.durablespring.test.StoreSamples.started;
import static io.durablespring.test.StoreSamples.step;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which instances {@link InstanceQueries#list} of every store must find. A subclass says
 * which store to check.
 *
 * @see InstanceQueriesContract
 */
public abstract class InstanceFilterContract extends StoreContract {

	private static final Instant NEXT = T0.plusNanos(1000);

	@Test
	void listFiltersByStatus() {
		create("a", "x");
		create("b", "y");
		create("c", "z");
		commit(step(head("b"), InstanceStatus.RUNNING, 0));
		commit(step(head("c"), InstanceStatus.FAILED, 0));
		assertThat(ids(all())).containsExactly("a", "b", "c");
		assertThat(ids(all().status(InstanceStatus.PENDING, InstanceStatus.FAILED))).containsExactly("a", "c");
		assertThat(ids(all().unfinished())).containsExactly("a", "b");
		assertThat(ids(all().status(InstanceStatus.TERMINATED))).isEmpty();
	}

	@Test
	void listFiltersByNameExactly() {
		create("a", T0, "order");
		create("b", T0, "orders");
		create("c", T0, "Order");
		assertThat(ids(all().name("order"))).containsExactly("a");
	}

	@Test
	void listFiltersByVersion() {
		create("a", T0, "order");
		create(pending("b", "y", new HistoryEvent.ExecutionStarted(T0, "order", "1.20", null, Map.of(), null)));
		create(pending("c", "z", new HistoryEvent.ExecutionStarted(T0, "order", null, null, Map.of(), null)));
		assertThat(ids(all().version("1.2"))).containsExactly("a");
		assertThat(ids(all().version("1.20"))).containsExactly("b");
		assertThat(ids(all().version("2"))).isEmpty();
	}

	@Test
	void listFindsAVersionWhateverItsSpelling() {
		for (String version : List.of("1", "1.0", "1.0.0", "10", "0.1", "1.0-beta", "1.0-BETA")) {
			create(pending("v" + version, "x-" + version,
					new HistoryEvent.ExecutionStarted(T0, "order", version, null, Map.of(), null)));
		}
		for (String version : List.of("1", "1.0", "1.0.0.0", "01")) {
			assertThat(ids(all().version(version))).as(version).containsExactly("v1", "v1.0", "v1.0.0");
		}
		assertThat(ids(all().version("1.0-Beta"))).containsExactlyInAnyOrder("v1.0-beta", "v1.0-BETA");
	}

	@Test
	void listFiltersByPrefixWithoutWildcards() {
		for (String id : List.of("a%b-1", "axb-1", "a_b-1", "a!b-1", "a%B-1")) {
			create(id, T0, "order");
		}
		assertThat(ids(all().idPrefix("a%b"))).containsExactly("a%b-1");
		assertThat(ids(all().idPrefix("a_b"))).containsExactly("a_b-1");
		assertThat(ids(all().idPrefix("a!"))).containsExactly("a!b-1");
		assertThat(ids(all().idPrefix(""))).hasSize(5);
	}

	@Test
	void listFiltersByTagsAllOfWhichMustBeThere() {
		tagged("a", Map.of("colour", "blue", "size", "7"));
		tagged("b", Map.of("colour", "blue"));
		tagged("c", Map.of("colour", "green", "size", "7"));
		tagged("d", Map.of());
		assertThat(ids(all().tag("colour", "blue"))).containsExactly("a", "b");
		assertThat(ids(all().tag("size", "7"))).containsExactly("a", "c");
		assertThat(ids(all().tag("colour", "blue").tag("size", "7"))).containsExactly("a");
		assertThat(ids(all().tag("colour", "red"))).isEmpty();
		assertThat(ids(all().tag("colou", "blue"))).isEmpty();
		assertThat(ids(all().tag("olour", "blue"))).isEmpty();
		assertThat(ids(all().tag("colour", "blu"))).isEmpty();
		assertThat(ids(all().tag("colour", "lue"))).isEmpty();
		assertThat(ids(all().tag("Colour", "Blue"))).isEmpty();
	}

	@Test
	void listFiltersByTagsOfAnyCharacters() {
		List<Map<String, String>> all = List.of(Map.of("a%", "b_"), Map.of("ax", "bx"), Map.of("k", "say \"hi\""),
				Map.of("k", "say hi"), Map.of("back\\slash", "\n"), Map.of("ü", "{\"k\":\"v\"}"), Map.of("k", "v"),
				Map.of("x\"k", "v"), Map.of("", ""), Map.of("a,", ":", "b", ","), Map.of(":", ","), Map.of("!", "!"));
		for (int i = 0; i < all.size(); i++) {
			tagged("i" + (char) ('a' + i), all.get(i));
		}
		for (int i = 0; i < all.size(); i++) {
			InstanceFilter filter = all();
			for (Map.Entry<String, String> tag : all.get(i).entrySet()) {
				filter = filter.tag(tag.getKey(), tag.getValue());
			}
			assertThat(ids(filter)).as(all.get(i).toString()).containsExactly("i" + (char) ('a' + i));
		}
	}

	@Test
	void pagesOfATagGoOnPastInstancesThatOnlyLookAlike() {
		for (int i = 0; i < 6; i++) {
			tagged("i" + i, (i % 3 == 2) ? Map.of("k", "v") : Map.of("x\"k", "v"));
		}
		InstanceQuery query = InstanceQuery.of(all().tag("k", "v")).pageSize(2);
		List<String> found = new ArrayList<>();
		InstanceQuery.Page page = this.queries.list(query);
		page.instances().forEach((instance) -> found.add(instance.instanceId()));
		while (page.continuationToken() != null) {
			page = this.queries.list(query.after(page.continuationToken()));
			page.instances().forEach((instance) -> found.add(instance.instanceId()));
		}
		assertThat(found).containsExactly("i2", "i5");
	}

	@Test
	void listFiltersByCreationFromInclusiveToExclusive() {
		create("a", T0, "order");
		create("b", NEXT, "order");
		create("c", NEXT.plusNanos(1000), "order");
		assertThat(ids(all().created(NEXT, null))).containsExactly("b", "c");
		assertThat(ids(all().created(null, NEXT))).containsExactly("a");
		assertThat(ids(all().created(NEXT, NEXT.plusNanos(1000)))).containsExactly("b");
		assertThat(ids(all().created(Instant.MIN, Instant.MAX))).hasSize(3);
	}

	@Test
	void listFiltersByTimesFinerThanThoseStored() {
		create("a", T0, "order");
		create("b", NEXT, "order");
		assertThat(ids(all().created(T0.plusNanos(1), null))).containsExactly("b");
		assertThat(ids(all().created(null, T0.plusNanos(1)))).containsExactly("a");
	}

	@Test
	void listFiltersByTheLastChange() {
		create("a", T0, "order");
		create("b", T0, "order");
		create("c", T0, "order");
		commit("1", at(NEXT, step(head("b"), InstanceStatus.RUNNING, 0)),
				at(NEXT.plusNanos(1000), step(head("c"), InstanceStatus.COMPLETED, 0)));
		assertThat(ids(all().updated(NEXT, null))).containsExactly("b", "c");
		assertThat(ids(all().updated(null, NEXT))).containsExactly("a");
		assertThat(ids(all().updated(NEXT, NEXT.plusNanos(1000)))).containsExactly("b");
	}

	@Test
	void listFiltersByCompletionAndLeavesOutWhatHasNotFinished() {
		create("a", T0, "order");
		create("b", T0, "order");
		create("c", T0, "order");
		commit("1", at(NEXT, step(head("b"), InstanceStatus.FAILED, 0)),
				at(NEXT.plusNanos(1000), step(head("c"), InstanceStatus.COMPLETED, 0)));
		assertThat(ids(all().completed(NEXT, null))).containsExactly("b", "c");
		assertThat(ids(all().completed(null, NEXT.plusNanos(1000)))).containsExactly("b");
		assertThat(ids(all().completed(null, Instant.MAX))).containsExactly("b", "c");
		assertThat(ids(all().completed(null, null))).hasSize(3);
	}

	@Test
	void listFindsWhatStillNeedsTheOldBranchOfAChange() {
		for (String id : List.of("new", "old", "other", "continued", "pending")) {
			create(id, "x-" + id);
		}
		commit("1", marked("new", "change_1"), marked("other", "changeX1"), marked("continued", "change_1"),
				step(head("old"), InstanceStatus.RUNNING, 0,
						new HistoryEvent.EventRaised(T0, "change_1", Payload.of("{\"patchId\":\"change_1\"}"))));
		commit(as("x~1", started(T0, "order"), step(head("continued"), InstanceStatus.RUNNING, 0)));
		assertThat(ids(all().withoutPatch("change_1"))).containsExactly("continued", "old", "other", "pending");
		assertThat(ids(all().withoutPatch("changeX1"))).containsExactly("continued", "new", "old", "pending");
		assertThat(ids(all().withoutPatch("change"))).hasSize(5);
		commit(step(head("old"), InstanceStatus.COMPLETED, 1));
		assertThat(ids(all().unfinished().withoutPatch("change_1"))).containsExactly("continued", "other", "pending");
	}

	@Test
	void listFindsWhatLacksAChangeOfAnyName() {
		create("a", "x");
		create("b", "y");
		for (String patchId : List.of("say \"hi\"", "back\\slash", "100%", "!")) {
			InstanceHead head = head("a");
			commit(step(head, InstanceStatus.RUNNING, this.queries.history("a").size(),
					new HistoryEvent.PatchMarked(T0, patchId)));
			assertThat(ids(all().withoutPatch(patchId))).as(patchId).containsExactly("b");
		}
	}

	@Test
	void listJoinsItsConditions() {
		create("a-1", T0, "order");
		create("a-2", T0, "other");
		create("b-1", T0, "order");
		create("a-3", T0, "order");
		commit(step(head("a-3"), InstanceStatus.COMPLETED, 0));
		assertThat(ids(all().name("order")
			.version("1.2")
			.idPrefix("a")
			.status(InstanceStatus.PENDING)
			.tag("colour", "blue")
			.created(T0, T0.plusSeconds(1))
			.updated(T0, T0.plusSeconds(1))
			.withoutPatch("p"))).containsExactly("a-1");
	}

	private static InstanceFilter all() {
		return InstanceFilter.all();
	}

	private StepCommit marked(String id, String patchId) {
		return step(head(id), InstanceStatus.RUNNING, 0, new HistoryEvent.PatchMarked(T0, patchId));
	}

	private void create(String id, Instant at, String name) {
		create(pending(id, "x-" + id, started(at, name)));
	}

	private void tagged(String id, Map<String, String> tags) {
		create(pending(id, "x-" + id, new HistoryEvent.ExecutionStarted(T0, "order", null, null, tags, null)));
	}

	private List<String> ids(InstanceFilter filter) {
		return this.queries.list(InstanceQuery.of(filter))
			.instances()
			.stream()
			.map(OrchestrationMetadata::instanceId)
			.toList();
	}

}
