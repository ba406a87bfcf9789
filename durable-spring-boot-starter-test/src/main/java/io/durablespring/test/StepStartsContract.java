package io.durablespring.test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.ParentInstance;
import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.NewInstance;
import io.durablespring.spi.OrchestrationStore;
import io.durablespring.spi.OrchestrationStore.Unstored;
import io.durablespring.spi.StepCommit;
import org.junit.jupiter.api.Test;

import static io.durablespring.test.StoreSamples.T0;
import static io.durablespring.test.StoreSamples.batch;
import static io.durablespring.test.StoreSamples.call;
import static io.durablespring.test.StoreSamples.child;
import static io.durablespring.test.StoreSamples.entry;
import static io.durablespring.test.StoreSamples.pending;
import static io.durablespring.test.StoreSamples.sending;
import static io.durablespring.test.StoreSamples.start;
import static io.durablespring.test.StoreSamples.startMessage;
import static io.durablespring.test.StoreSamples.started;
import static io.durablespring.test.StoreSamples.starting;
import static io.durablespring.test.StoreSamples.step;
import static io.durablespring.test.StoreSamples.timerFired;
import static io.durablespring.test.StoreSamples.together;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@link OrchestrationStore#commit} of every store must do with the instances that
 * steps start. A subclass says which store to check.
 *
 * @see StepCommitContract
 */
public abstract class StepStartsContract extends StoreContract {

	@Test
	void aStepStartsInstancesAndTheirMessagesFollowItsOwn() {
		create("a", "x");
		removeAllEntries();
		commit("batch-1", starting(sending(step(head("a"), InstanceStatus.RUNNING, 0), call("a", "x", 0)),
				start(child("b", "a"), timerFired("a", 1)), start(pending("c", "z"), null)));
		assertThat(head("b").parent()).isEqualTo(new ParentInstance("a", "x-a", 4));
		assertThat(head("c").status()).isEqualTo(InstanceStatus.PENDING);
		assertThat(this.queries.find("c")).contains(new OrchestrationMetadata("c", "order", "1.2",
				InstanceStatus.PENDING, "z", Payload.of("{\"amount\":12.5}"), null, null, null,
				Map.of("colour", "blue"), "parent-1", T0, null, T0, null));
		assertThat(this.outbox.claim(T0.plusSeconds(2), T0.plusSeconds(31), T0.plusSeconds(99), 10))
			.containsExactly(entry("batch-1", T0.plusSeconds(1), T0.plusSeconds(99), call("a", "x", 0),
					startMessage(child("b", "a")), startMessage("c", "z")));
	}

	@Test
	void aStepStartsHundredsOfInstances() {
		create("a", "x");
		removeAllEntries();
		List<NewInstance> children = IntStream.range(0, 700).mapToObj((i) -> child("child-" + i, "a")).toList();
		commit(starting(step(head("a"), InstanceStatus.RUNNING, 0),
				children.stream().map((child) -> start(child, null)).toArray(StepCommit.Start[]::new)));
		assertThat(this.store.load(children.stream().map(NewInstance::id).toList())).hasSize(700);
		assertThat(unsent()).containsExactlyElementsOf(children.stream().map(StoreSamples::startMessage).toList());
	}

	@Test
	void aStartThatIsDueLaterHasAnEntryOfItsOwn() {
		create("a", "x");
		removeAllEntries();
		Instant later = T0.plusSeconds(60);
		NewInstance scheduled = new NewInstance("b", "y", started(T0, "order"), later, List.of());
		NewInstance overdue = new NewInstance("c", "z", started(T0, "order"), T0.plusSeconds(1), List.of());
		commit("batch-1",
				starting(step(head("a"), InstanceStatus.RUNNING, 0), start(scheduled, null), start(overdue, null)));
		assertThat(head("b").status()).isEqualTo(InstanceStatus.PENDING);
		assertThat(this.outbox.claim(later, later, later.plusSeconds(30), 10))
			.containsExactly(entry("batch-1", T0.plusSeconds(1), later.plusSeconds(30), startMessage("c", "z")));
		assertThat(this.outbox.claim(later.plusNanos(1000), T0, later.plusSeconds(30), 10))
			.containsExactly(entry("y:start", later, later.plusSeconds(30), startMessage(scheduled)));
	}

	@Test
	void aStartWhoseIdIsTakenIsReportedAndItsReplyGoesOut() {
		for (InstanceStatus status : List.of(InstanceStatus.PENDING, InstanceStatus.RUNNING,
				InstanceStatus.SUSPENDED)) {
			create("a-" + status, "x-" + status);
			create("taken-" + status, "old-" + status);
			commit(step(head("taken-" + status), status, 0, events()));
			InstanceHead taken = head("taken-" + status);
			removeAllEntries();
			Unstored unstored = this.store.commit(batch("batch-" + status,
					starting(step(head("a-" + status), InstanceStatus.RUNNING, 0),
							start(pending("taken-" + status, "y-" + status), timerFired("a", 4)),
							start(pending("free-" + status, "z-" + status), timerFired("a", 5)))));
			assertThat(unstored).isEqualTo(new Unstored(Set.of(), Set.of("y-" + status)));
			assertThat(head("taken-" + status)).isEqualTo(taken);
			assertThat(this.queries.history("taken-" + status)).containsExactly(events());
			assertThat(unsent()).containsExactly(timerFired("a", 4), startMessage("free-" + status, "z-" + status));
		}
	}

	@Test
	void aStartWhoseIdIsTakenAndThatWantsNoReplyIsPassedOver() {
		create("a", "x");
		create("b", "y");
		removeAllEntries();
		NewInstance later = new NewInstance("b", "later", started(T0, "order"), T0.plusSeconds(60), List.of());
		Unstored unstored = this.store.commit(batch("batch-1", starting(step(head("a"), InstanceStatus.RUNNING, 0),
				start(pending("b", "z"), null), start(later, null))));
		assertThat(unstored.taken()).containsExactlyInAnyOrder("z", "later");
		assertThat(head("a").status()).isEqualTo(InstanceStatus.RUNNING);
		assertThat(head("b").executionId()).isEqualTo("y");
		assertThat(unsent()).isEmpty();
	}

	@Test
	void aStartReplacesAFinishedInstanceAndItsHistory() {
		create("a", "x");
		InstanceHead old = finished("b", InstanceStatus.FAILED, new HistoryEvent.ExecutionTerminated(T0, null, true));
		removeAllEntries();
		commit("batch-1", starting(step(head("a"), InstanceStatus.RUNNING, 0),
				start(child("b", "a"), timerFired("a", 4)), start(pending("c", "z"), null)));
		assertThat(head("b").status()).isEqualTo(InstanceStatus.PENDING);
		assertThat(head("b").rowVersion()).isGreaterThan(old.rowVersion());
		assertThat(this.queries.history("b")).isEmpty();
		assertThat(unsent()).containsExactly(startMessage(child("b", "a")), startMessage("c", "z"));
		assertThat(this.store.commit(batch("late", step(old, InstanceStatus.RUNNING, 0))).leftOut())
			.containsExactly("b");
	}

	@Test
	void ofStartsOfOneIdInOneBatchTheFirstWins() {
		create("a", "x");
		create("b", "y");
		for (String id : List.of("new", "finished")) {
			if (id.equals("finished")) {
				finished(id, InstanceStatus.COMPLETED);
			}
			removeAllEntries();
			Unstored unstored = this.store.commit(batch("batch-" + id,
					starting(step(head("b"), InstanceStatus.RUNNING, 0), start(pending(id, id + "-1"), null),
							start(pending(id, id + "-2"), timerFired("b", 4))),
					starting(step(head("a"), InstanceStatus.RUNNING, 0),
							start(pending(id, id + "-3"), timerFired("a", 4)))));
			assertThat(unstored).isEqualTo(new Unstored(Set.of(), Set.of(id + "-2", id + "-3")));
			assertThat(head(id).executionId()).isEqualTo(id + "-1");
			assertThat(unsent()).containsExactly(startMessage(id, id + "-1"), timerFired("b", 4), timerFired("a", 4));
		}
	}

	@Test
	void aStepThatIsLeftOutStartsNothing() {
		create("a", "x");
		create("b", "y");
		InstanceHead old = head("a");
		commit(step(old, InstanceStatus.RUNNING, 0));
		removeAllEntries();
		NewInstance later = new NewInstance("d", "later", started(T0, "order"), T0.plusSeconds(60), List.of());
		Unstored unstored = this.store.commit(batch("batch-1",
				starting(step(old, InstanceStatus.RUNNING, 0), start(pending("c", "z"), timerFired("a", 4)),
						start(later, null), start(pending("b", "taken"), timerFired("a", 5))),
				step(head("b"), InstanceStatus.RUNNING, 0)));
		assertThat(unstored).isEqualTo(new Unstored(Set.of("a"), Set.of()));
		assertThat(this.store.load(List.of("c", "d"))).isEmpty();
		assertThat(unsent()).isEmpty();
	}

	@Test
	void aStepCanStartAnInstanceThatEndsInTheSameBatch() {
		create("a", "x");
		create("b", "y");
		removeAllEntries();
		commit("batch-1", starting(step(head("a"), InstanceStatus.RUNNING, 0), start(pending("b", "z"), null)),
				sending(step(head("b"), InstanceStatus.COMPLETED, 0, new HistoryEvent.ExecutionCompleted(T0, null)),
						timerFired("parent-1", 7)));
		assertThat(head("b").executionId()).isEqualTo("z");
		assertThat(head("b").status()).isEqualTo(InstanceStatus.PENDING);
		assertThat(this.queries.history("b")).isEmpty();
		assertThat(unsent()).containsExactlyInAnyOrder(startMessage("b", "z"), timerFired("parent-1", 7));
	}

	@Test
	void ofConcurrentStepsThatStartTheSameInstancesEachIsStartedOnce() throws Exception {
		List<String> ids = IntStream.range(0, 30).mapToObj((i) -> "child-" + i).toList();
		IntStream.range(0, 10).forEach((i) -> finished("child-" + i, InstanceStatus.COMPLETED));
		List<StepCommit> steps = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			create("a" + i, "x" + i);
			List<String> shuffled = new ArrayList<>(ids);
			Collections.rotate(shuffled, 7 * i);
			String parent = "a" + i;
			steps.add(starting(step(head(parent), InstanceStatus.RUNNING, 0),
					shuffled.stream()
						.map((id) -> start(pending(id, parent + "-" + id), timerFired(parent, 1)))
						.toArray(StepCommit.Start[]::new)));
		}
		removeAllEntries();
		AtomicInteger next = new AtomicInteger();
		List<Unstored> unstored = together(4, () -> {
			int number = next.getAndIncrement();
			return this.store.commit(batch("batch-" + number, steps.get(number)));
		});
		assertThat(unstored).allSatisfy((result) -> assertThat(result.leftOut()).isEmpty());
		assertThat(unstored.stream().mapToInt((result) -> result.taken().size()).sum()).isEqualTo(3 * ids.size());
		List<Message> messages = unsent();
		assertThat(ids).allSatisfy((id) -> assertThat(messages).filteredOn((message) -> message.instanceId().equals(id))
			.containsExactly(startMessage(id, head(id).executionId())));
		assertThat(messages).hasSize(4 * ids.size());
	}

}
