package io.durablespring.test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.durablespring.IdReusePolicy;
import io.durablespring.InstanceAlreadyExistsException;
import io.durablespring.InstanceStatus;
import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.NewInstance;
import io.durablespring.spi.PayloadHolder;
import io.durablespring.spi.StepCommit;
import io.durablespring.spi.StoredPayload;
import org.junit.jupiter.api.Test;

import static io.durablespring.test.StoreSamples.T0;
import static io.durablespring.test.StoreSamples.as;
import static io.durablespring.test.StoreSamples.batch;
import static io.durablespring.test.StoreSamples.dropping;
import static io.durablespring.test.StoreSamples.entry;
import static io.durablespring.test.StoreSamples.keeping;
import static io.durablespring.test.StoreSamples.kept;
import static io.durablespring.test.StoreSamples.pending;
import static io.durablespring.test.StoreSamples.reuse;
import static io.durablespring.test.StoreSamples.start;
import static io.durablespring.test.StoreSamples.started;
import static io.durablespring.test.StoreSamples.starting;
import static io.durablespring.test.StoreSamples.step;
import static io.durablespring.test.StoreSamples.timerFired;
import static io.durablespring.test.StoreSamples.together;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How every store must keep large values. A subclass says which store to check.
 *
 * @see OrchestrationStoreContract
 */
public abstract class LargePayloadContract extends StoreContract {

	private static final Payload ONE = Payload.reference("d1", "[\"one\\u0000 ü\"]");

	private static final Payload TWO = Payload.reference("d2", "\"two\"");

	private static final Payload THREE = Payload.reference("d3", "3");

	@Test
	void aLargeInputIsStoredWithItsInstance() {
		create(large("a", "x", ONE));
		assertThat(this.queries.payload("d1")).contains("[\"one\\u0000 ü\"]");
		assertThat(this.queries.find("a").orElseThrow().input()).isEqualTo(ONE);
		assertThat(this.queries.payload("d2")).isEmpty();
	}

	@Test
	void aRefusedCreateStoresNoValue() {
		create("a", "x");
		assertThatExceptionOfType(InstanceAlreadyExistsException.class)
			.isThrownBy(() -> create(large("a", "y", ONE), reuse(IdReusePolicy.REJECT), NOTHING));
		assertThat(this.queries.payload("d1")).isEmpty();
	}

	@Test
	void aLargeEventIsStoredWithItsEntry() {
		create("a", "x");
		Message event = new Message.ToOrchestration("m", "a", "x", new HistoryEvent.EventRaised(T0, "go", ONE));
		this.store.enqueue(entry("e", T0, null, event), List.of(kept("a", ONE)), NOTHING);
		assertThat(this.queries.payload("d1")).isPresent();
		assertThat(unsent()).contains(event);
	}

	@Test
	void valuesFollowTheCallersTransaction() {
		StoreUnderTest.Transactions transactions = callersTransactions();
		transactions.rollBack(() -> {
			create(large("a", "x", ONE));
			this.store.enqueue(entry("e", T0, null, timerFired("a", 1)), List.of(kept("a", TWO)), NOTHING);
		});
		assertThat(this.queries.payload("d1")).isEmpty();
		assertThat(this.queries.payload("d2")).isEmpty();
		transactions.commit(() -> {
			create(large("a", "x", ONE));
			assertThat(this.queries.payload("d1")).isPresent();
		});
		assertThat(this.queries.payload("d1")).isPresent();
	}

	@Test
	void savedValuesStayWhateverBecomesOfTheCallersTransaction() {
		StoreUnderTest.Transactions transactions = callersTransactions();
		create("a", "x");
		transactions.rollBack(() -> this.store.savePayloads(List.of(kept("a", ONE))));
		assertThat(this.queries.payload("d1")).isPresent();
	}

	@Test
	void aStepStoresValuesForItsInstanceAndForOthers() {
		create("a", "x");
		create("b", "y");
		commit(keeping(step(head("a"), InstanceStatus.RUNNING, 0, new HistoryEvent.TaskCompleted(T0, 0, ONE)),
				kept("a", ONE), kept("b", TWO)));
		assertThat(this.queries.payload("d1")).isPresent();
		assertThat(this.queries.payload("d2")).isPresent();
		assertThat(this.queries.history("a")).containsExactly(new HistoryEvent.TaskCompleted(T0, 0, ONE));
		commit(step(head("b"), InstanceStatus.COMPLETED, 0));
		this.store.purge(List.of(head("b")));
		assertThat(this.queries.payload("d1")).isPresent();
		assertThat(this.queries.payload("d2")).isEmpty();
	}

	@Test
	void aStepThatIsLeftOutStoresNoValue() {
		create("a", "x");
		create("b", "y");
		InstanceHead old = head("a");
		commit(step(old, InstanceStatus.RUNNING, 0));
		this.store.commit(batch("batch-1",
				starting(keeping(step(old, InstanceStatus.RUNNING, 0), kept("a", ONE)),
						start(large("c", "z", TWO), null)),
				keeping(step(head("b"), InstanceStatus.RUNNING, 0), kept("b", THREE))));
		assertThat(this.queries.payload("d1")).isEmpty();
		assertThat(this.queries.payload("d2")).isEmpty();
		assertThat(this.queries.payload("d3")).isPresent();
	}

	@Test
	void theInputsOfStartedInstancesAreStoredAndThoseOfOthersAreNot() {
		create("a", "x");
		create("taken", "y");
		this.store.commit(batch("batch-1", starting(step(head("a"), InstanceStatus.RUNNING, 0),
				start(large("b", "z", ONE), null), start(large("taken", "z2", TWO), null))));
		assertThat(this.queries.payload("d1")).isPresent();
		assertThat(this.queries.payload("d2")).isEmpty();
	}

	@Test
	void valuesThatAStepSendsToAnInstanceItStartsAreKept() {
		create("a", "x");
		finished("b", InstanceStatus.COMPLETED);
		commit(starting(keeping(step(head("a"), InstanceStatus.RUNNING, 0), kept("b", TWO), kept("c", THREE)),
				start(large("b", "y", ONE), null), start(pending("c", "z"), null)));
		assertThat(this.queries.payload("d1")).isPresent();
		assertThat(this.queries.payload("d2")).isPresent();
		assertThat(this.queries.payload("d3")).isPresent();
	}

	@Test
	void whatIsStoredAlreadyStays() {
		create(large("a", "x", ONE));
		this.store.savePayloads(List.of(kept("a", ONE), kept("a", ONE), kept("a", TWO)));
		this.store.enqueue(entry("e", T0, null, timerFired("a", 1)), List.of(kept("a", ONE)), NOTHING);
		commit(keeping(step(head("a"), InstanceStatus.RUNNING, 0), kept("a", TWO), kept("a", ONE), kept("a", TWO)));
		this.store.savePayloads(List.of());
		assertThat(this.queries.payload("d1")).contains("[\"one\\u0000 ü\"]");
		assertThat(this.queries.payload("d2")).contains("\"two\"");
	}

	@Test
	void aValueStaysAsLongAsOneOfItsInstancesDoes() {
		create(large("a", "x", ONE));
		create(large("b", "y", ONE));
		commit("1", step(head("a"), InstanceStatus.COMPLETED, 0), step(head("b"), InstanceStatus.COMPLETED, 0));
		this.store.purge(List.of(head("a")));
		assertThat(this.queries.payload("d1")).isPresent();
		this.store.purge(List.of(head("b")));
		assertThat(this.queries.payload("d1")).isEmpty();
	}

	@Test
	void aReplacedInstanceGoesWithItsValues() {
		create(large("a", "x", ONE));
		create(large("a", "y", TWO), reuse(IdReusePolicy.REPLACE), NOTHING);
		assertThat(this.queries.payload("d1")).isEmpty();
		assertThat(this.queries.payload("d2")).isPresent();
		commit(step(head("a"), InstanceStatus.COMPLETED, 0));
		create(large("a", "z", THREE));
		assertThat(this.queries.payload("d2")).isEmpty();
		assertThat(this.queries.payload("d3")).isPresent();
		commit(step(head("a"), InstanceStatus.COMPLETED, 0));
		create("b", "x-b");
		commit(starting(step(head("b"), InstanceStatus.RUNNING, 0), start(large("a", "v", ONE), null)));
		assertThat(this.queries.payload("d3")).isEmpty();
		assertThat(this.queries.payload("d1")).isPresent();
	}

	@Test
	void aStepRemovesTheValuesItNamesOfItsInstanceAlone() {
		create(large("a", "x", ONE));
		create(large("b", "y", TWO));
		this.store.savePayloads(List.of(kept("a", TWO), kept("a", THREE), kept("b", THREE)));
		commit(dropping(as("x~1", started(stored(THREE)), step(head("a"), InstanceStatus.RUNNING, 0)), "d1", "d2",
				"unknown"));
		assertThat(stored("d1", "d2", "d3")).containsExactly("d2", "d3");
		commit("2", dropping(step(head("a"), InstanceStatus.RUNNING, 0), "d3"),
				dropping(step(head("b"), InstanceStatus.RUNNING, 0), "d2"));
		assertThat(stored("d1", "d2", "d3")).containsExactly("d3");
		commit(dropping(step(head("b"), InstanceStatus.RUNNING, 0), "d3"));
		assertThat(stored("d1", "d2", "d3")).isEmpty();
	}

	@Test
	void whoContinuesAsNewKeepsWhatTheStepDoesNotName() {
		create(large("a", "x", ONE));
		this.store.savePayloads(List.of(kept("a", TWO)));
		commit(keeping(as("x~1", started(stored(THREE)), step(head("a"), InstanceStatus.RUNNING, 0)),
				kept("a", THREE)));
		assertThat(stored("d1", "d2", "d3")).hasSize(3);
	}

	@Test
	void aStepMayStoreAgainWhatItRemoves() {
		create(large("a", "x", ONE));
		commit(keeping(dropping(as("x~1", started(stored(ONE)), step(head("a"), InstanceStatus.RUNNING, 0)), "d1"),
				kept("a", ONE)));
		assertThat(stored("d1")).hasSize(1);
	}

	@Test
	void aStepRemovesNothingThatTheSameBatchBringsItsInstance() {
		for (List<String> order : List.of(List.of("a", "b"), List.of("b", "a"))) {
			String id = order.get(0) + "-first";
			create("a-" + id, "x-" + id);
			create("b-" + id, "y-" + id);
			Map<String, StepCommit> steps = Map.of("a",
					dropping(as("x~1", started(T0, "order"), step(head("a-" + id), InstanceStatus.RUNNING, 0)),
							"sent-" + id),
					"b", keeping(step(head("b-" + id), InstanceStatus.RUNNING, 0),
							kept("a-" + id, Payload.reference("sent-" + id, "1"))));
			commit("batch-" + id, order.stream().map(steps::get).toArray(StepCommit[]::new));
			assertThat(stored("sent-" + id)).as(id).hasSize(1);
		}
	}

	@Test
	void aStepMayRemoveHundredsOfValues() {
		List<String> ids = IntStream.range(0, 1200).mapToObj((i) -> "m" + i).toList();
		create("a", "x");
		this.store
			.savePayloads(ids.stream().map((id) -> new StoredPayload(PayloadHolder.history("a"), id, "1")).toList());
		commit(dropping(step(head("a"), InstanceStatus.RUNNING, 0), ids.subList(0, 1100).toArray(String[]::new)));
		assertThat(stored(ids.toArray(String[]::new))).isEqualTo(ids.subList(1100, 1200));
	}

	@Test
	void aStepThatIsLeftOutRemovesNoValue() {
		create(large("a", "x", ONE));
		InstanceHead old = head("a");
		commit(step(old, InstanceStatus.RUNNING, 0));
		this.store.commit(batch("late", dropping(step(old, InstanceStatus.RUNNING, 0), "d1")));
		assertThat(stored("d1")).hasSize(1);
	}

	@Test
	void idsMayBeAsLongAsADigestAndAUuid() {
		String id = "d".repeat(64) + "-" + "u".repeat(36);
		create("a", "x");
		this.store.savePayloads(List.of(new StoredPayload(PayloadHolder.history("a"), id, "1")));
		assertThat(this.queries.payload(id)).contains("1");
	}

	@Test
	void aRewoundInstanceKeepsItsValues() {
		create(large("a", "x", ONE));
		commit(keeping(step(head("a"), InstanceStatus.FAILED, 0, new HistoryEvent.TaskCompleted(T0, 0, TWO)),
				kept("a", TWO)));
		commit(as("x~0.1", null,
				step(head("a"), InstanceStatus.RUNNING, 0, new HistoryEvent.TaskCompleted(T0, 0, stored(TWO)))));
		assertThat(stored("d1", "d2")).hasSize(2);
	}

	@Test
	void valuesWhoseInstanceIsGoneAreForgotten() {
		create("a", "x");
		this.store.savePayloads(List.of(kept("a", ONE), kept("nobody", TWO)));
		Instant farFuture = Instant.parse("9000-01-01T00:00:00Z");
		this.store.forgetReceived(farFuture);
		assertThat(stored("d1", "d2")).containsExactly("d1");
	}

	@Test
	void valuesOfTenMillionCharactersAreStored() {
		String json = "\"" + "ü".repeat(10_000_000) + "\"";
		create(large("a", "x", Payload.reference("large", json)));
		// Not by isEqualTo: its message would be as large.
		assertThat(this.queries.payload("large").filter(json::equals)).isPresent();
	}

	@Test
	void concurrentWritersOfTheSameValuesAllGetThrough() throws Exception {
		List<StoredPayload> values = new ArrayList<>(IntStream.range(0, 40)
			.mapToObj((i) -> new StoredPayload(PayloadHolder.history("i" + i % 4), "v" + i / 4, "" + i / 4))
			.toList());
		List<StoredPayload> reversed = new ArrayList<>(values);
		Collections.reverse(reversed);
		AtomicInteger next = new AtomicInteger();
		together(6, () -> {
			this.store.savePayloads((next.getAndIncrement() % 2 == 0) ? values : reversed);
			return true;
		});
		assertThat(stored("v0", "v9")).hasSize(2);
	}

	private static NewInstance large(String id, String executionId, Payload input) {
		return new NewInstance(id, executionId, started(stored(input)), null, List.of(kept(id, input)));
	}

	/** The same reference as it is read again: without its value at hand. */
	private static Payload stored(Payload payload) {
		return Payload.of(payload.json());
	}

	private List<String> stored(String... ids) {
		return Stream.of(ids).filter((id) -> this.queries.payload(id).isPresent()).toList();
	}

}
