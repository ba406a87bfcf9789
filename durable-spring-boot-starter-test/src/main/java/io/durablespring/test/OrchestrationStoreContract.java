package io.durablespring.test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.Set;
import java.util.stream.IntStream;

import io.durablespring.FailureDetails;
import io.durablespring.IdReusePolicy;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import io.durablespring.spi.OutboxEntry;
import io.durablespring.spi.OrchestrationStore.Reuse;
import io.durablespring.spi.OrchestrationStore.Creation;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.NewInstance;
import io.durablespring.spi.OrchestrationStore;
import org.junit.jupiter.api.Test;

import static io.durablespring.test.StoreSamples.PARENT;
import static io.durablespring.test.StoreSamples.T0;
import static io.durablespring.test.StoreSamples.as;
import static io.durablespring.test.StoreSamples.call;
import static io.durablespring.test.StoreSamples.entry;
import static io.durablespring.test.StoreSamples.pending;
import static io.durablespring.test.StoreSamples.receiving;
import static io.durablespring.test.StoreSamples.reuse;
import static io.durablespring.test.StoreSamples.startMessage;
import static io.durablespring.test.StoreSamples.step;
import static io.durablespring.test.StoreSamples.timerFired;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every {@link OrchestrationStore} must do, but for {@link OrchestrationStore#commit
 * commit}. A subclass says which store to check.
 *
 * @see InstanceReuseContract
 * @see PurgeContract
 * @see LargePayloadContract
 * @see PayloadHolderContract
 * @see RunOnceContract
 * @see StepCommitContract
 * @see StepStartsContract
 * @see NewExecutionContract
 * @see OutboxContract
 * @see InstanceQueriesContract
 * @see InstanceFilterContract
 */
public abstract class OrchestrationStoreContract extends StoreContract {

	@Test
	void createStoresAPendingInstanceAndItsEntry() {
		AtomicInteger committed = new AtomicInteger();
		create(pending("a", "x"), reuse(IdReusePolicy.REJECT), committed::incrementAndGet);
		assertThat(committed).hasValue(1);
		InstanceHead head = head("a");
		assertThat(head)
			.isEqualTo(new InstanceHead("a", "order", "1.2", InstanceStatus.PENDING, "x", head.rowVersion(), PARENT));
		assertThat(unsent()).containsExactly(startMessage("a", "x"));
		assertThat(this.queries.find("a")).contains(new OrchestrationMetadata("a", "order", "1.2",
				InstanceStatus.PENDING, "x", Payload.of("{\"amount\":12.5}"), null, null, null,
				Map.of("colour", "blue"), "parent-1", T0, null, T0, null));
	}

	@Test
	void createStoresAnInstanceOfNothingButAName() {
		HistoryEvent.ExecutionStarted bare = new HistoryEvent.ExecutionStarted(T0, "bare", null, null, Map.of(), null);
		this.store.create(new NewInstance("a", "x", bare, T0.plusSeconds(60), List.of()),
				List.of(entry("e", T0.plusSeconds(60), null, new Message.ToOrchestration("m", "a", "x", bare))),
				reuse(IdReusePolicy.REJECT), NOTHING);
		assertThat(head("a").version()).isNull();
		assertThat(head("a").parent()).isNull();
		assertThat(this.queries.find("a")).contains(new OrchestrationMetadata("a", "bare", null, InstanceStatus.PENDING,
				"x", null, null, null, null, Map.of(), null, T0, null, T0, null));
		assertThat(this.outbox.claim(T0.plusSeconds(61), T0, T0.plusSeconds(90), 10)).singleElement()
			.satisfies((entry) -> assertThat(entry.messages())
				.containsExactly(new Message.ToOrchestration("m", "a", "x", bare)));
	}

	@Test
	void createAndEnqueueFollowTheCallersTransaction() {
		StoreUnderTest.Transactions transactions = callersTransactions();
		List<String> events = new ArrayList<>();
		transactions.rollBack(() -> {
			create(pending("a", "x"), reuse(IdReusePolicy.REPLACE_FINISHED), () -> events.add("a created"));
			this.store.enqueue(entry("e", T0, null, timerFired("a", 1)), List.of(), () -> events.add("e enqueued"));
		});
		assertThat(events).isEmpty();
		assertThat(this.store.load(List.of("a"))).isEmpty();
		assertThat(unsent()).isEmpty();
		transactions.commit(() -> {
			create(pending("a", "y"), reuse(IdReusePolicy.REPLACE_FINISHED), () -> events.add("a created"));
			this.store.enqueue(entry("e", T0, null, timerFired("a", 1)), List.of(), () -> events.add("e enqueued"));
			events.add("end of work");
		});
		assertThat(events).containsExactly("end of work", "a created", "e enqueued");
		assertThat(head("a").executionId()).isEqualTo("y");
		assertThat(unsent()).containsExactlyInAnyOrder(startMessage("a", "y"), timerFired("a", 1));
	}

	@Test
	void createAllLeavesOutThoseWhoseIdIsTaken() {
		create("busy", "w");
		finished("done", InstanceStatus.COMPLETED);
		removeAllEntries();
		List<List<OutboxEntry>> committed = new ArrayList<>();
		List<Creation> creations = List.of(creation("new", "x", IdReusePolicy.REJECT),
				creation("done", "y", IdReusePolicy.REPLACE_FINISHED),
				creation("busy", "z", IdReusePolicy.REPLACE_FINISHED), creation("new", "again", IdReusePolicy.REJECT));
		Set<String> created = this.store.createAll(creations, (executionIds) -> {
			assertThat(executionIds).containsExactlyInAnyOrder("x", "y");
			return List.of(entry("e", T0, null, startMessage("new", "x"), startMessage("done", "y")));
		}, committed::add);
		assertThat(created).containsExactlyInAnyOrder("x", "y");
		assertThat(committed).singleElement()
			.satisfies((entries) -> assertThat(entries).extracting(OutboxEntry::id).containsExactly("e"));
		assertThat(unsent()).containsExactly(startMessage("new", "x"), startMessage("done", "y"));
		assertThat(head("new").executionId()).isEqualTo("x");
		assertThat(head("done").executionId()).isEqualTo("y");
		assertThat(head("done").status()).isEqualTo(InstanceStatus.PENDING);
		assertThat(head("busy").executionId()).isEqualTo("w");
	}

	@Test
	void createAllSaysFarewellToWhatItReplaces() {
		create("busy", "w");
		removeAllEntries();
		Reuse reuse = new Reuse(IdReusePolicy.REPLACE,
				(replaced, children) -> List.of(timerFired(replaced.executionId(), 7)));
		assertThat(this.store.createAll(List.of(new Creation(pending("busy", "x"), reuse)), (executionIds) -> List.of(),
				(entries) -> {
				}))
			.containsExactly("x");
		assertThat(unsent()).containsExactly(timerFired("w", 7));
	}

	@Test
	void createAllTakesThousandsAndFollowsTheCallersTransaction() {
		StoreUnderTest.Transactions transactions = callersTransactions();
		List<Creation> creations = IntStream.range(0, 700)
			.mapToObj((i) -> creation("many-" + i, "x" + i, IdReusePolicy.REJECT))
			.toList();
		List<String> events = new ArrayList<>();
		Runnable create = () -> {
			assertThat(this.store.createAll(creations, (executionIds) -> List.of(), (entries) -> events.add("created")))
				.hasSize(700);
			events.add("end of work");
		};
		transactions.rollBack(create);
		assertThat(events).containsExactly("end of work");
		assertThat(this.store.load(List.of("many-0", "many-699"))).isEmpty();
		transactions.commit(create);
		assertThat(events).containsExactly("end of work", "end of work", "created");
		assertThat(this.store.load(List.of("many-0", "many-699"))).hasSize(2);
	}

	private static Creation creation(String id, String executionId, IdReusePolicy policy) {
		return new Creation(pending(id, executionId), reuse(policy));
	}

	@Test
	void enqueueAddsAnEntry() {
		AtomicInteger committed = new AtomicInteger();
		this.store.enqueue(entry("e", T0, null, timerFired("a", 1), call("a", "x", 2)), List.of(),
				committed::incrementAndGet);
		assertThat(committed).hasValue(1);
		assertThat(unsent()).containsExactly(timerFired("a", 1), call("a", "x", 2));
	}

	@Test
	void loadReturnsTheInstancesThatExist() {
		create("a", "x");
		create("b", "y");
		assertThat(this.store.load(List.of("b", "nobody", "a", "b"))).extracting(InstanceHead::id)
			.containsExactlyInAnyOrder("a", "b");
		assertThat(this.store.load(List.of())).isEmpty();
	}

	@Test
	void loadTakesThousandsOfIds() {
		create("id-2999", "x");
		List<String> ids = IntStream.range(0, 3000).mapToObj((i) -> "id-" + i).toList();
		assertThat(this.store.load(ids)).extracting(InstanceHead::id).containsExactly("id-2999");
		assertThat(this.store.received(ids)).isEmpty();
	}

	@Test
	void longIdsAreStored() {
		String id = "i".repeat(256);
		String executionId = "x".repeat(90) + "~123456.7";
		create(id, "x");
		commit(as(executionId, null, step(head(id), InstanceStatus.RUNNING, 0, events())));
		assertThat(head(id).executionId()).isEqualTo(executionId);
		assertThat(this.queries.history(id)).containsExactly(events());
	}

	@Test
	void historiesAreInOrderAndKnowInstancesWithoutHistory() {
		create("a", "x");
		create("b", "y");
		create("c", "z");
		for (int i = 0; i < 12; i++) {
			commit("a" + i, step(head("a"), InstanceStatus.RUNNING, 2 * i, new HistoryEvent.TimerFired(T0, 2 * i),
					new HistoryEvent.TimerFired(T0.minusSeconds(i), 2 * i + 1)));
			commit("b" + i, step(head("b"), InstanceStatus.RUNNING, i, new HistoryEvent.TimerFired(T0, i)));
		}
		Map<String, List<HistoryEvent>> histories = this.store
			.histories(this.store.load(List.of("a", "b", "c", "nobody")))
			.readable();
		assertThat(histories).containsOnlyKeys("a", "b", "c");
		assertThat(histories.get("a")).extracting((event) -> ((HistoryEvent.TimerFired) event).taskId())
			.containsExactlyElementsOf(IntStream.range(0, 24).boxed().toList());
		assertThat(histories.get("b")).hasSize(12);
		assertThat(histories.get("c")).isEmpty();
		assertThat(this.store.histories(List.of()).readable()).isEmpty();
	}

	@Test
	void historiesAreThoseOfTheExecutionsAskedFor() {
		create("a", "x");
		InstanceHead head = head("a");
		commit(step(head, InstanceStatus.RUNNING, 0, new HistoryEvent.TimerFired(T0, 0)));
		InstanceHead other = new InstanceHead("a", "order", "1.2", InstanceStatus.RUNNING, "x~1", 7, PARENT);
		assertThat(this.store.histories(List.of(other)).readable()).isEqualTo(Map.of("a", List.of()));
	}

	@Test
	void settledAreCallsWithAnOutcomeOrWithoutACurrentExecution() {
		create("open", "x");
		create("finished", "y");
		commit("1",
				step(head("open"), InstanceStatus.RUNNING, 0,
						new HistoryEvent.TaskScheduled(T0, 0, "a", null, null, null),
						new HistoryEvent.TaskScheduled(T0, 1, "a", null, null, null),
						new HistoryEvent.TaskScheduled(T0, 2, "a", null, null, null),
						new HistoryEvent.TaskCompleted(T0, 1, null),
						new HistoryEvent.TaskFailed(T0, 2, FailureDetails.of("E", "m"))));
		commit("2", step(head("finished"), InstanceStatus.TERMINATED, 0));
		assertThat(this.store.settled(List.of(call("open", "x", 0), call("open", "x", 1), call("open", "x", 2),
				call("open", "other", 0), call("finished", "y", 0), call("nobody", "z", 0))))
			.containsExactlyInAnyOrder("x:1", "x:2", "other:0", "y:0", "z:0");
		assertThat(this.store.settled(List.of())).isEmpty();
	}

	@Test
	void forgetsMessagesReceivedBeforeATime() {
		create("a", "x");
		commit(receiving(step(head("a"), InstanceStatus.RUNNING, 0), "early-1", "early-2"));
		commit(receiving(step(head("a"), InstanceStatus.RUNNING, 10), "late"));
		assertThat(this.store.forgetReceived(T0.plusSeconds(1))).isZero();
		assertThat(this.store.forgetReceived(T0.plusSeconds(11))).isEqualTo(2);
		assertThat(this.store.received(List.of("early-1", "early-2", "late"))).containsExactly("late");
	}

}
