package io.durablespring.test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.durablespring.FailureDetails;
import io.durablespring.InstanceAlreadyExistsException;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.NewInstance;
import io.durablespring.spi.OrchestrationStore;
import io.durablespring.spi.StepCommit;
import org.junit.jupiter.api.Test;

import static io.durablespring.test.StoreSamples.T0;
import static io.durablespring.test.StoreSamples.batch;
import static io.durablespring.test.StoreSamples.call;
import static io.durablespring.test.StoreSamples.entry;
import static io.durablespring.test.StoreSamples.pending;
import static io.durablespring.test.StoreSamples.receiving;
import static io.durablespring.test.StoreSamples.startEntry;
import static io.durablespring.test.StoreSamples.startMessage;
import static io.durablespring.test.StoreSamples.started;
import static io.durablespring.test.StoreSamples.step;
import static io.durablespring.test.StoreSamples.timerFired;
import static io.durablespring.test.StoreSamples.together;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What every {@link OrchestrationStore} must do, but for {@link OrchestrationStore#commit
 * commit}. A subclass says which store to check.
 *
 * @see StepCommitContract
 * @see OutboxContract
 * @see InstanceQueriesContract
 */
public abstract class OrchestrationStoreContract extends StoreContract {

	@Test
	void createStoresAPendingInstanceAndItsEntry() {
		AtomicInteger committed = new AtomicInteger();
		this.store.create(pending("a", "x"), startEntry("a", "x"), committed::incrementAndGet);
		assertThat(committed).hasValue(1);
		InstanceHead head = head("a");
		assertThat(head.name()).isEqualTo("order");
		assertThat(head.status()).isEqualTo(InstanceStatus.PENDING);
		assertThat(head.executionId()).isEqualTo("x");
		assertThat(unsent()).containsExactly(startMessage("a", "x"));
		assertThat(this.queries.find("a")).contains(new OrchestrationMetadata("a", "order", "1.2",
				InstanceStatus.PENDING, "x", Payload.of("{\"amount\":12.5}"), null, null, null,
				Map.of("colour", "blue"), "parent-1", T0, null, T0, null));
	}

	@Test
	void createStoresAnInstanceOfNothingButAName() {
		HistoryEvent.ExecutionStarted bare = new HistoryEvent.ExecutionStarted(T0, "bare", null, null, Map.of(), null);
		this.store.create(new NewInstance("a", "x", bare, T0.plusSeconds(60)),
				entry("e", T0.plusSeconds(60), null, new Message.ToOrchestration("m", "a", "x", bare)), NOTHING);
		assertThat(this.queries.find("a")).contains(new OrchestrationMetadata("a", "bare", null, InstanceStatus.PENDING,
				"x", null, null, null, null, Map.of(), null, T0, null, T0, null));
		assertThat(this.outbox.claim(T0.plusSeconds(61), T0, T0.plusSeconds(90), 10)).singleElement()
			.satisfies((entry) -> assertThat(entry.messages())
				.containsExactly(new Message.ToOrchestration("m", "a", "x", bare)));
	}

	@Test
	void createRefusesTheIdOfAnUnfinishedInstanceAndChangesNothing() {
		create("a", "x");
		AtomicBoolean committed = new AtomicBoolean();
		for (InstanceStatus status : List.of(InstanceStatus.PENDING, InstanceStatus.RUNNING,
				InstanceStatus.SUSPENDED)) {
			commit(step(head("a"), status, 0));
			InstanceHead before = head("a");
			assertThatExceptionOfType(InstanceAlreadyExistsException.class)
				.isThrownBy(() -> this.store.create(pending("a", "y"), startEntry("a", "y"), () -> committed.set(true)))
				.satisfies((ex) -> assertThat(ex.instanceId()).isEqualTo("a"))
				.withMessageContaining(status.name());
			assertThat(head("a")).isEqualTo(before);
		}
		assertThat(unsent()).containsExactly(startMessage("a", "x"));
		assertThat(committed).isFalse();
	}

	@Test
	void createReplacesAFinishedInstanceAndRemovesItsHistory() {
		for (InstanceStatus status : List.of(InstanceStatus.COMPLETED, InstanceStatus.FAILED,
				InstanceStatus.TERMINATED)) {
			String id = "a-" + status;
			create(id, "x-" + status);
			InstanceHead first = head(id);
			commit(new StepCommit(first, T0.plusSeconds(5), status, Payload.of("1"), FailureDetails.of("E", "text"), 0,
					List.of(new HistoryEvent.ExecutionCompleted(T0, null)), List.of(), List.of(), List.of(),
					List.of()));
			InstanceHead finished = head(id);
			HistoryEvent.ExecutionStarted again = started(T0.plusSeconds(10), "other");
			this.store.create(new NewInstance(id, "y-" + status, again, null),
					entry("again-" + status, T0, null, startMessage(id, "y-" + status)), NOTHING);
			assertThat(this.queries.find(id)).contains(new OrchestrationMetadata(id, "other", "1.2",
					InstanceStatus.PENDING, "y-" + status, Payload.of("{\"amount\":12.5}"), null, null, null,
					Map.of("colour", "blue"), "parent-1", again.timestamp(), null, again.timestamp(), null));
			assertThat(this.queries.history(id)).isEmpty();
			assertThat(this.store.histories(List.of(first, head(id)))).containsEntry(id, List.of());
			assertThat(this.store.commit(batch("late-" + status, step(first, InstanceStatus.RUNNING, 0)))).hasSize(1);
			assertThat(this.store.commit(batch("later-" + status, step(finished, InstanceStatus.RUNNING, 0))))
				.hasSize(1);
		}
	}

	@Test
	void ofConcurrentCreatesOfOneIdExactlyOneWins() throws Exception {
		for (String id : List.of("new", "finished")) {
			if (id.equals("finished")) {
				create(id, "old");
				commit(step(head(id), InstanceStatus.COMPLETED, 0, new HistoryEvent.ExecutionCompleted(T0, null)));
			}
			AtomicInteger next = new AtomicInteger();
			AtomicInteger committed = new AtomicInteger();
			List<String> winners = together(8, () -> {
				String execution = id + "-" + next.incrementAndGet();
				try {
					this.store.create(pending(id, execution), startEntry(id, execution), committed::incrementAndGet);
					return execution;
				}
				catch (InstanceAlreadyExistsException ex) {
					return "";
				}
			}).stream().filter((winner) -> !winner.isEmpty()).toList();
			assertThat(winners).hasSize(1);
			assertThat(committed).hasValue(1);
			assertThat(head(id).executionId()).isEqualTo(winners.get(0));
			assertThat(unsent()).contains(startMessage(id, winners.get(0)))
				.filteredOn((message) -> message.id().startsWith(id))
				.hasSize(1);
		}
	}

	@Test
	void createAndEnqueueFollowTheCallersTransaction() {
		StoreUnderTest.Transactions transactions = callersTransactions();
		List<String> events = new ArrayList<>();
		transactions.rollBack(() -> {
			this.store.create(pending("a", "x"), startEntry("a", "x"), () -> events.add("a created"));
			this.store.enqueue(entry("e", T0, null, timerFired("a", 1)), () -> events.add("e enqueued"));
		});
		assertThat(events).isEmpty();
		assertThat(this.store.load(List.of("a"))).isEmpty();
		assertThat(unsent()).isEmpty();
		transactions.commit(() -> {
			this.store.create(pending("a", "y"), startEntry("a", "y"), () -> events.add("a created"));
			this.store.enqueue(entry("e", T0, null, timerFired("a", 1)), () -> events.add("e enqueued"));
			events.add("end of work");
		});
		assertThat(events).containsExactly("end of work", "a created", "e enqueued");
		assertThat(head("a").executionId()).isEqualTo("y");
		assertThat(unsent()).containsExactlyInAnyOrder(startMessage("a", "y"), timerFired("a", 1));
	}

	@Test
	void aRefusedCreateLeavesTheCallersTransactionUsable() {
		StoreUnderTest.Transactions transactions = callersTransactions();
		create("a", "x");
		transactions.commit(() -> {
			assertThatExceptionOfType(InstanceAlreadyExistsException.class)
				.isThrownBy(() -> this.store.create(pending("a", "y"), startEntry("a", "y"), NOTHING));
			this.store.create(pending("b", "z"), startEntry("b", "z"), NOTHING);
		});
		assertThat(head("a").executionId()).isEqualTo("x");
		assertThat(head("b").executionId()).isEqualTo("z");
	}

	@Test
	void enqueueAddsAnEntry() {
		AtomicInteger committed = new AtomicInteger();
		this.store.enqueue(entry("e", T0, null, timerFired("a", 1), call("a", "x", 2)), committed::incrementAndGet);
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
			.histories(this.store.load(List.of("a", "b", "c", "nobody")));
		assertThat(histories).containsOnlyKeys("a", "b", "c");
		assertThat(histories.get("a")).extracting((event) -> ((HistoryEvent.TimerFired) event).taskId())
			.containsExactlyElementsOf(IntStream.range(0, 24).boxed().toList());
		assertThat(histories.get("b")).hasSize(12);
		assertThat(histories.get("c")).isEmpty();
		assertThat(this.store.histories(List.of())).isEmpty();
	}

	@Test
	void settledAreCallsWithAnOutcomeOrWithoutACurrentExecution() {
		create("open", "x");
		create("finished", "y");
		commit("1",
				step(head("open"), InstanceStatus.RUNNING, 0, new HistoryEvent.TaskScheduled(T0, 0, "a", null, null),
						new HistoryEvent.TaskScheduled(T0, 1, "a", null, null),
						new HistoryEvent.TaskScheduled(T0, 2, "a", null, null),
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
