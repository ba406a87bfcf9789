package io.durablespring.test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.durablespring.FailureDetails;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.Payload;
import io.durablespring.StoreUnavailableException;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.OrchestrationStore;
import io.durablespring.spi.OrchestrationStore.StepBatch;
import io.durablespring.spi.OrchestrationStore.Unstored;
import io.durablespring.spi.OutboxEntry;
import io.durablespring.spi.StepCommit;
import org.junit.jupiter.api.Test;

import static io.durablespring.test.StoreSamples.PARENT;
import static io.durablespring.test.StoreSamples.T0;
import static io.durablespring.test.StoreSamples.at;
import static io.durablespring.test.StoreSamples.batch;
import static io.durablespring.test.StoreSamples.call;
import static io.durablespring.test.StoreSamples.entry;
import static io.durablespring.test.StoreSamples.fallingBackOn;
import static io.durablespring.test.StoreSamples.receiving;
import static io.durablespring.test.StoreSamples.sending;
import static io.durablespring.test.StoreSamples.startMessage;
import static io.durablespring.test.StoreSamples.step;
import static io.durablespring.test.StoreSamples.timerFired;
import static io.durablespring.test.StoreSamples.together;
import static io.durablespring.test.StoreSamples.withOutcome;
import static io.durablespring.test.StoreSamples.withTimers;
import static io.durablespring.test.StoreSamples.withoutBeginning;
import static io.durablespring.test.StoreSamples.withoutTimers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What {@link OrchestrationStore#commit} of every store must do. A subclass says which
 * store to check.
 *
 * @see StepStartsContract
 * @see NewExecutionContract
 * @see OrchestrationStoreContract
 */
public abstract class StepCommitContract extends StoreContract {

	private static final Unstored ALL = new Unstored(Set.of(), Set.of());

	@Test
	void commitStoresEverythingOfAStep() {
		create("a", "x");
		enqueue(entry("old-timer", T0.plusSeconds(5), null, timerFired("a", 9)));
		enqueue(entry("acknowledged", T0, null, timerFired("a", 8)));
		InstanceHead head = head("a");
		StepCommit step = sending(step(head, InstanceStatus.RUNNING, 0, events()), call("a", "x", 0));
		step = receiving(withoutTimers(
				withTimers(step, entry("timer", T0.plusSeconds(60), T0.plusSeconds(30), timerFired("a", 3))),
				"old-timer"), "m-1", "m-2");
		assertThat(this.store.commit(new StepBatch(List.of(step), "batch-1", T0.plusSeconds(1), T0.plusSeconds(30),
				List.of("acknowledged", "unknown"))))
			.isEqualTo(ALL);
		InstanceHead next = head("a");
		assertThat(next.status()).isEqualTo(InstanceStatus.RUNNING);
		assertThat(next.rowVersion()).isNotEqualTo(head.rowVersion());
		assertThat(next).isEqualTo(step.nextHead());
		assertThat(this.store.histories(List.of(next)).readable()).isEqualTo(Map.of("a", List.of(events())));
		assertThat(this.queries.history("a")).containsExactly(events());
		assertThat(this.store.received(List.of("m-1", "m-2", "m-3"))).containsExactlyInAnyOrder("m-1", "m-2");
		Instant later = T0.plusSeconds(120);
		assertThat(this.outbox.claim(later, later, later.plusSeconds(1), 10)).extracting(OutboxEntry::id)
			.containsExactly("start-x", "batch-1", "timer");
	}

	@Test
	void commitKeepsTheTimesOfAnInstance() {
		create("a", "x");
		commit(step(head("a"), InstanceStatus.PENDING, 0));
		assertThat(this.queries.find("a").orElseThrow().startedAt()).isNull();
		commit(step(head("a"), InstanceStatus.RUNNING, 1));
		commit(step(head("a"), InstanceStatus.SUSPENDED, 2));
		OrchestrationMetadata open = this.queries.find("a").orElseThrow();
		assertThat(open.startedAt()).isEqualTo(T0.plusSeconds(2));
		assertThat(open.updatedAt()).isEqualTo(T0.plusSeconds(3));
		assertThat(open.completedAt()).isNull();
		FailureDetails failure = new FailureDetails("java.lang.IllegalStateException",
				"zero \u0000, quote \" and line\n", "at X", true, FailureDetails.of("Cause", "ü"), Map.of("k", "v"));
		commit(at(T0.plusSeconds(9),
				withOutcome(step(head("a"), InstanceStatus.FAILED, 0), Payload.of("[1,\"\\u0000\"]"), failure)));
		OrchestrationMetadata finished = this.queries.find("a").orElseThrow();
		assertThat(finished.startedAt()).isEqualTo(T0.plusSeconds(2));
		assertThat(finished.completedAt()).isEqualTo(T0.plusSeconds(9));
		assertThat(finished.output()).isEqualTo(Payload.of("[1,\"\\u0000\"]"));
		assertThat(finished.failure()).isEqualTo(failure);
	}

	@Test
	void anInstanceHasNotStartedBeforeItsCodeHasBegun() {
		create("a", "x");
		commit(withoutBeginning(step(head("a"), InstanceStatus.SUSPENDED, 0)));
		commit(withoutBeginning(step(head("a"), InstanceStatus.PENDING, 1)));
		assertThat(this.queries.find("a").orElseThrow().startedAt()).isNull();
		commit(step(head("a"), InstanceStatus.SUSPENDED, 2));
		commit(withoutBeginning(step(head("a"), InstanceStatus.TERMINATED, 3)));
		assertThat(this.queries.find("a").orElseThrow().startedAt()).isEqualTo(T0.plusSeconds(3));
		create("b", "y");
		commit(withoutBeginning(step(head("b"), InstanceStatus.TERMINATED, 0)));
		assertThat(this.queries.find("b").orElseThrow().startedAt()).isNull();
	}

	@Test
	void commitPutsTheFallbacksOfAllStepsIntoAnEntryOfItsOwn() {
		create("a", "x");
		create("b", "y");
		create("c", "z");
		removeAllEntries();
		Message wakeUp = Message.ToOrchestration.wakeUp("a", "x", T0);
		InstanceHead overtaken = head("c");
		commit(step(overtaken, InstanceStatus.RUNNING, 0));
		assertThat(this.store.commit(new StepBatch(
				List.of(fallingBackOn(step(head("a"), InstanceStatus.RUNNING, 0), wakeUp),
						fallingBackOn(sending(step(head("b"), InstanceStatus.RUNNING, 0), call("b", "y", 0)),
								call("b", "y", 1)),
						fallingBackOn(step(overtaken, InstanceStatus.RUNNING, 0), call("c", "z", 0))),
				"batch-1", T0.plusSeconds(1), T0.plusSeconds(10), List.of(), T0.plusSeconds(30)))
			.leftOut()).containsExactly("c");
		assertThat(this.outbox.claim(T0.plusSeconds(20), T0.plusSeconds(20), T0.plusSeconds(99), 10))
			.extracting(OutboxEntry::id)
			.containsExactly("batch-1");
		List<OutboxEntry> later = this.outbox.claim(T0.plusSeconds(40), T0.plusSeconds(40), T0.plusSeconds(99), 10);
		assertThat(later).extracting(OutboxEntry::id).containsExactly(OutboxEntry.fallbackId("batch-1"));
		assertThat(later.get(0).messages()).containsExactly(wakeUp, call("b", "y", 1));
	}

	@Test
	void commitPutsTheMessagesOfAllStepsIntoOneEntry() {
		create("a", "x");
		create("b", "y");
		removeAllEntries();
		commit("batch-1", sending(step(head("a"), InstanceStatus.RUNNING, 0), call("a", "x", 0), call("a", "x", 1)),
				sending(step(head("b"), InstanceStatus.RUNNING, 0), timerFired("b", 0)));
		assertThat(this.outbox.claim(T0.plusSeconds(2), T0.plusSeconds(30), T0.plusSeconds(99), 10))
			.as("owned by the one who committed")
			.isEmpty();
		assertThat(this.outbox.claim(T0.plusSeconds(2), T0.plusSeconds(31), T0.plusSeconds(99), 10))
			.containsExactly(entry("batch-1", T0.plusSeconds(1), T0.plusSeconds(99), call("a", "x", 0),
					call("a", "x", 1), timerFired("b", 0)));
	}

	@Test
	void commitWithoutMessagesAddsNoEntry() {
		create("a", "x");
		removeAllEntries();
		commit(step(head("a"), InstanceStatus.RUNNING, 0, events()));
		assertThat(unsent()).isEmpty();
	}

	@Test
	void aStepThatLostItsVersionIsLeftOutWholeAndAlone() {
		create("lost", "x");
		create("kept", "y");
		InstanceHead old = head("lost");
		commit(step(old, InstanceStatus.RUNNING, 0, events()));
		InstanceHead current = head("lost");
		removeAllEntries();
		StepCommit lost = receiving(
				withTimers(sending(step(old, InstanceStatus.COMPLETED, 4, new HistoryEvent.TimerFired(T0, 3)),
						call("lost", "x", 7)), entry("lost-timer", T0, null, timerFired("lost", 7))),
				"lost-message");
		lost = withoutTimers(lost, "kept-timer");
		StepCommit kept = receiving(
				withTimers(sending(step(head("kept"), InstanceStatus.RUNNING, 0, events()), call("kept", "y", 0)),
						entry("kept-timer", T0.plusSeconds(2), null, timerFired("kept", 3))),
				"kept-message");
		assertThat(this.store.commit(batch("batch-1", lost, kept)).leftOut()).containsExactly("lost");
		assertThat(head("lost")).isEqualTo(current);
		assertThat(this.queries.history("lost")).containsExactly(events());
		assertThat(head("kept").status()).isEqualTo(InstanceStatus.RUNNING);
		assertThat(this.queries.history("kept")).containsExactly(events());
		assertThat(this.store.received(List.of("lost-message", "kept-message"))).containsExactly("kept-message");
		assertThat(unsent()).containsExactly(call("kept", "y", 0), timerFired("kept", 3));
	}

	@Test
	void aStepOfAnInstanceThatIsGoneOrReplacedIsLeftOut() {
		create("a", "x");
		InstanceHead head = head("a");
		StepCommit other = step(
				new InstanceHead("a", "order", "1.2", head.status(), "another-execution", head.rowVersion(), PARENT),
				InstanceStatus.RUNNING, 0, events());
		StepCommit nobody = step(new InstanceHead("nobody", "order", "1.2", InstanceStatus.PENDING, "y", 0, null),
				InstanceStatus.RUNNING, 0, events());
		assertThat(this.store.commit(batch("b", other, nobody)).leftOut()).containsExactlyInAnyOrder("a", "nobody");
		assertThat(this.queries.history("a")).isEmpty();
		assertThat(this.queries.history("nobody")).isEmpty();
	}

	@Test
	void aStepWhoseMessageWasReceivedMeanwhileIsLeftOut() {
		create("a", "x");
		create("b", "y");
		commit(receiving(step(head("a"), InstanceStatus.RUNNING, 0), "m-1"));
		InstanceHead before = head("a");
		assertThat(this.store
			.commit(batch("c", receiving(step(before, InstanceStatus.SUSPENDED, 0), "m-2", "m-1"),
					receiving(step(head("b"), InstanceStatus.RUNNING, 0), "m-3")))
			.leftOut()).containsExactly("a");
		assertThat(head("a")).isEqualTo(before);
		assertThat(this.store.received(List.of("m-1", "m-2", "m-3"))).containsExactlyInAnyOrder("m-1", "m-3");
	}

	@Test
	void ofConcurrentCommitsOfOneVersionExactlyOneWins() throws Exception {
		create("a", "x");
		InstanceHead head = head("a");
		AtomicInteger next = new AtomicInteger();
		List<Set<String>> leftOut = together(6, () -> {
			int number = next.incrementAndGet();
			return this.store
				.commit(batch("batch-" + number,
						sending(step(head, InstanceStatus.RUNNING, 0, new HistoryEvent.TimerFired(T0, number)),
								timerFired("a", number))))
				.leftOut();
		});
		assertThat(leftOut).filteredOn(Set::isEmpty).hasSize(1);
		HistoryEvent.TimerFired winner = (HistoryEvent.TimerFired) this.queries.history("a").get(0);
		assertThat(this.queries.history("a")).hasSize(1);
		assertThat(unsent()).containsExactlyInAnyOrder(startMessage("a", "x"), timerFired("a", winner.taskId()));
	}

	@Test
	void concurrentCommitsOfManyInstancesInAnyOrderAllGetThrough() throws Exception {
		List<String> ids = new ArrayList<>(IntStream.range(0, 20).mapToObj((i) -> "i-" + i).toList());
		ids.forEach((id) -> create(id, "x-" + id));
		List<StepCommit> steps = ids.stream().map((id) -> step(head(id), InstanceStatus.RUNNING, 0, events())).toList();
		List<StepCommit> reversed = new ArrayList<>(steps);
		Collections.reverse(reversed);
		AtomicInteger next = new AtomicInteger();
		List<Set<String>> leftOut = together(4, () -> {
			int number = next.incrementAndGet();
			return this.store
				.commit(batch("batch-" + number, (number % 2 == 0 ? steps : reversed).toArray(StepCommit[]::new)))
				.leftOut();
		});
		assertThat(leftOut.stream().mapToInt(Set::size).sum()).isEqualTo(3 * ids.size());
		assertThat(ids).allSatisfy((id) -> assertThat(this.queries.history(id)).containsExactly(events()));
	}

	@Test
	void aBatchWithAStepThatCannotBeStoredLeavesNothing() {
		create("good", "x");
		create("bad", "y");
		commit(step(head("bad"), InstanceStatus.RUNNING, 0, events()));
		removeAllEntries();
		enqueue(entry("sent", T0, null, timerFired("good", 5)));
		InstanceHead good = head("good");
		InstanceHead bad = head("bad");
		// The positions in history are taken.
		StepCommit impossible = receiving(step(bad, InstanceStatus.COMPLETED, 0, events()), "m-bad");
		StepCommit possible = receiving(
				withTimers(sending(step(good, InstanceStatus.RUNNING, 0, events()), call("good", "x", 0)),
						entry("timer", T0, null, timerFired("good", 3))),
				"m-good");
		assertThatThrownBy(() -> this.store.commit(new StepBatch(List.of(possible, impossible), "batch-1",
				T0.plusSeconds(1), T0.plusSeconds(30), List.of("sent"))))
			.isNotInstanceOf(StoreUnavailableException.class);
		assertThat(head("good")).isEqualTo(good);
		assertThat(head("bad")).isEqualTo(bad);
		assertThat(this.queries.history("good")).isEmpty();
		assertThat(this.queries.history("bad")).containsExactly(events());
		assertThat(this.store.received(List.of("m-good", "m-bad"))).isEmpty();
		assertThat(unsent()).containsExactly(timerFired("good", 5));
	}

	@Test
	void anEmptyBatchOnlyRemovesWhatWasSent() {
		enqueue(entry("sent", T0, null, timerFired("a", 1)));
		enqueue(entry("unsent", T0, null, timerFired("a", 2)));
		assertThat(this.store.commit(new StepBatch(List.of(), "b", T0, T0, List.of("sent")))).isEqualTo(ALL);
		assertThat(unsent()).containsExactly(timerFired("a", 2));
	}

}
