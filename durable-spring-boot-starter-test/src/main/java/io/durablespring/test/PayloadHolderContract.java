package io.durablespring.test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.durablespring.IdReusePolicy;
import io.durablespring.InstanceStatus;
import io.durablespring.Payload;
import io.durablespring.spi.PayloadHolder;
import io.durablespring.spi.StepCommit;
import io.durablespring.spi.StepCommit.LeftPayload;
import io.durablespring.spi.StepCommit.PayloadChange;
import io.durablespring.spi.StoredPayload;
import org.junit.jupiter.api.Test;

import static io.durablespring.test.StoreSamples.as;
import static io.durablespring.test.StoreSamples.batch;
import static io.durablespring.test.StoreSamples.changing;
import static io.durablespring.test.StoreSamples.keeping;
import static io.durablespring.test.StoreSamples.kept;
import static io.durablespring.test.StoreSamples.pending;
import static io.durablespring.test.StoreSamples.reuse;
import static io.durablespring.test.StoreSamples.start;
import static io.durablespring.test.StoreSamples.starting;
import static io.durablespring.test.StoreSamples.step;
import static io.durablespring.test.StoreSamples.together;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * How every store must tell apart what large values are kept for: history, calls, and
 * events on their way. A subclass says which store to check.
 *
 * @see OrchestrationStoreContract
 */
public abstract class PayloadHolderContract extends StoreContract {

	private static final Payload ONE = Payload.reference("d1", "1");

	private static final Payload TWO = Payload.reference("d2", "2");

	private static final Payload THREE = Payload.reference("d3", "3");

	private static final Instant FAR_FUTURE = Instant.parse("9000-01-01T00:00:00Z");

	@Test
	void aValueCanTakeThePlaceOfTheOneBefore() {
		create("a", "x");
		PayloadHolder call = PayloadHolder.call("a", "x", 3);
		this.store.replacePayload(new StoredPayload(call, "progress", "1"));
		this.store.replacePayload(new StoredPayload(call, "progress", "2"));
		assertThat(this.queries.payload("progress")).contains("2");
		this.store.removePayloads(List.of(call));
		assertThat(this.queries.payload("progress")).isEmpty();
	}

	@Test
	void aValueStaysAsLongAsOneOfItsHoldersDoes() {
		create("a", "x");
		PayloadHolder call = PayloadHolder.call("a", "x", 3);
		PayloadHolder other = PayloadHolder.call("a", "x", 4);
		this.store.savePayloads(List.of(kept("a", ONE), kept(call, ONE), kept(other, ONE), kept(other, TWO)));
		commit(changing(step(head("a"), InstanceStatus.RUNNING, 0), unused("d1", "d2")));
		assertThat(stored()).containsExactly("d1", "d2");
		this.store.removePayloads(List.of(other, other, new PayloadHolder("b", call.name())));
		assertThat(stored()).containsExactly("d1");
		this.store.removePayloads(List.of(call));
		assertThat(stored()).isEmpty();
		this.store.removePayloads(List.of());
	}

	@Test
	void valuesThatAreRemovedStaySoWhateverBecomesOfTheCallersTransaction() {
		StoreUnderTest.Transactions transactions = callersTransactions();
		PayloadHolder call = PayloadHolder.call("a", "x", 3);
		this.store.savePayloads(List.of(kept(call, ONE)));
		transactions.rollBack(() -> this.store.removePayloads(List.of(call)));
		assertThat(stored()).isEmpty();
	}

	@Test
	void whatTheCallsOfAnExecutionHoldGoesWithItAndNothingElse() {
		create("a", "x");
		create("b", "y");
		this.store.savePayloads(List.of(kept(PayloadHolder.call("a", "x~1", 3), ONE),
				kept(PayloadHolder.call("a", "x~1.2", 4), TWO), kept(PayloadHolder.call("a", "x", 3), THREE),
				kept(PayloadHolder.call("a", "x~10", 3), Payload.reference("d4", "4")),
				kept(PayloadHolder.call("b", "x~1", 3), Payload.reference("d5", "5")),
				kept("a", Payload.reference("d6", "6")),
				kept(PayloadHolder.event("a", "x~1"), Payload.reference("d7", "7"))));
		commit(as("x~2", null, changing(step(head("a"), InstanceStatus.RUNNING, 0),
				new PayloadChange(List.of(), List.of(), "x~1.3", List.of(), List.of()))));
		assertThat(stored()).containsExactly("d3", "d4", "d5", "d6", "d7");
	}

	@Test
	void idsOfExecutionsAreTakenLiterally() {
		create("a", "x");
		this.store.savePayloads(List.of(kept(PayloadHolder.call("a", "a_b", 3), ONE),
				kept(PayloadHolder.call("a", "acb", 3), TWO), kept(PayloadHolder.call("a", "A_B", 3), THREE)));
		commit(as("x~1", null, changing(step(head("a"), InstanceStatus.RUNNING, 0),
				new PayloadChange(List.of(), List.of(), "a_b", List.of(), List.of()))));
		assertThat(stored()).containsExactly("d2", "d3");
	}

	@Test
	void aCallUnderWayKeepsItsInputWhenTheHistoryGoes() {
		create("a", "x");
		this.store.savePayloads(List.of(kept("a", ONE), kept(PayloadHolder.call("a", "x", 3), TWO)));
		PayloadHolder call = PayloadHolder.call("a", "x", 3);
		PayloadHolder other = PayloadHolder.call("a", "x", 4);
		commit(as("x~1", null,
				changing(step(head("a"), InstanceStatus.RUNNING, 0),
						new PayloadChange(
								List.of(), List.of(), "x", List.of(new LeftPayload(call.name(), "d1"),
										new LeftPayload(other.name(), "d1"), new LeftPayload(other.name(), "unknown")),
								List.of("d1")))));
		assertThat(stored()).containsExactly("d1");
		this.store.removePayloads(List.of(call));
		assertThat(stored()).containsExactly("d1");
		this.store.removePayloads(List.of(other));
		assertThat(stored()).isEmpty();
	}

	@Test
	void anInputThatItsActivityReturnsAtTheSameTimeIsNoConflict() throws Exception {
		for (int i = 0; i < 20; i++) {
			String id = "a" + i;
			create(id, "x" + i);
			PayloadHolder call = PayloadHolder.call(id, "x" + i, 3);
			StepCommit step = as("x" + i + "~1", null,
					changing(keeping(step(head(id), InstanceStatus.RUNNING, 0)), new PayloadChange(List.of(), List.of(),
							"x" + i, List.of(new LeftPayload(call.name(), "d1")), List.of("d1"))));
			this.store.savePayloads(List.of(kept(id, ONE)));
			List<Runnable> both = new ArrayList<>(
					List.of(() -> this.store.savePayloads(List.of(kept(call, ONE))), () -> commit(step)));
			together(2, () -> {
				Runnable work;
				synchronized (both) {
					work = both.remove(0);
				}
				work.run();
				return true;
			});
			assertThat(stored()).containsExactly("d1");
			this.store.removePayloads(List.of(call));
			assertThat(stored()).isEmpty();
		}
	}

	@Test
	void anEventOnItsWayOutlivesTheInstanceThatIsThere() {
		create("a", "x");
		PayloadHolder event = PayloadHolder.event("a", "m1");
		PayloadHolder start = PayloadHolder.startInEvent("a", "m1");
		this.store.savePayloads(List.of(kept("a", ONE), kept(event, TWO), kept(start, THREE)));
		create(pending("a", "y"), reuse(IdReusePolicy.REPLACE), NOTHING);
		assertThat(stored()).containsExactly("d2", "d3");
		commit(step(head("a"), InstanceStatus.COMPLETED, 0));
		create("a", "z");
		commit(step(head("a"), InstanceStatus.COMPLETED, 0));
		create("b", "x-b");
		commit(starting(step(head("b"), InstanceStatus.RUNNING, 0), start(pending("a", "v"), null)));
		assertThat(stored()).containsExactly("d2", "d3");
		commit(step(head("a"), InstanceStatus.COMPLETED, 0));
		this.store.purge(List.of(head("a")));
		assertThat(stored()).containsExactly("d2", "d3");
	}

	@Test
	void anEventThatIsTakenInBelongsToTheHistory() {
		create("a", "x");
		this.store.savePayloads(List.of(kept(PayloadHolder.event("a", "m1"), ONE),
				kept(PayloadHolder.startInEvent("a", "m1"), TWO), kept(PayloadHolder.event("a", "m2"), THREE)));
		commit(changing(step(head("a"), InstanceStatus.RUNNING, 0),
				new PayloadChange(List.of(PayloadHolder.event("a", "m1").name()),
						List.of(PayloadHolder.startInEvent("a", "m1").name()), null, List.of(), List.of())));
		assertThat(stored()).containsExactly("d1", "d3");
		commit(changing(step(head("a"), InstanceStatus.COMPLETED, 0), new PayloadChange(
				List.of(PayloadHolder.event("a", "m2").name()), List.of(), null, List.of(), List.of("d3"))));
		assertThat(stored()).containsExactly("d1");
		this.store.purge(List.of(head("a")));
		assertThat(stored()).isEmpty();
	}

	@Test
	void aStepThatIsLeftOutChangesNoHolder() {
		create("a", "x");
		StepCommit late = changing(step(head("a"), InstanceStatus.RUNNING, 0),
				new PayloadChange(List.of(PayloadHolder.event("a", "m1").name()), List.of("h"), "x",
						List.of(new LeftPayload("h2", "d2")), List.of("d2")));
		commit(step(head("a"), InstanceStatus.COMPLETED, 0));
		this.store.savePayloads(List.of(kept(PayloadHolder.event("a", "m1"), ONE), kept("a", TWO),
				kept(PayloadHolder.call("a", "x", 1), THREE)));
		this.store.commit(batch("late", late));
		assertThat(stored()).containsExactly("d1", "d2", "d3");
		this.store.purge(List.of(head("a")));
		assertThat(stored()).containsExactly("d1");
	}

	@Test
	void whatIsOnItsWayIsForgottenOnceNoUnfinishedInstanceCanTakeItIn() {
		create("a", "x");
		this.store.savePayloads(List.of(kept(PayloadHolder.event("a", "m1"), ONE),
				kept(PayloadHolder.event("b", "m2"), TWO), kept("a", THREE)));
		this.store.forgetReceived(Instant.parse("2000-01-01T00:00:00Z"));
		assertThat(stored()).containsExactly("d1", "d2", "d3");
		this.store.forgetReceived(FAR_FUTURE);
		assertThat(stored()).containsExactly("d1", "d3");
		commit(step(head("a"), InstanceStatus.COMPLETED, 0));
		this.store.forgetReceived(FAR_FUTURE);
		assertThat(stored()).containsExactly("d3");
	}

	@Test
	void namesOfHoldersMayBeAsLongAsTheIdsOfMessages() {
		PayloadHolder event = PayloadHolder.event("a", "e".repeat(100) + ":2147483647:event");
		PayloadHolder start = PayloadHolder.startInEvent("a", "m".repeat(150));
		this.store.savePayloads(List.of(kept(event, ONE), kept(start, TWO)));
		assertThat(stored()).containsExactly("d1", "d2");
	}

	@Test
	void manyHoldersAreRemovedAtOnce() {
		List<PayloadHolder> calls = IntStream.range(0, 700).mapToObj((i) -> PayloadHolder.call("a", "x", i)).toList();
		this.store.savePayloads(calls.stream().map((call) -> new StoredPayload(call, "d1", "1")).toList());
		this.store.removePayloads(calls.subList(1, 700));
		assertThat(stored()).containsExactly("d1");
		this.store.removePayloads(calls.subList(0, 1));
		assertThat(stored()).isEmpty();
	}

	private static PayloadChange unused(String... ids) {
		return new PayloadChange(List.of(), List.of(), null, List.of(), List.of(ids));
	}

	private List<String> stored() {
		return Stream.of("d1", "d2", "d3", "d4", "d5", "d6", "d7").filter(this::isStored).toList();
	}

	private boolean isStored(String id) {
		return this.queries.payload(id).isPresent();
	}

}
