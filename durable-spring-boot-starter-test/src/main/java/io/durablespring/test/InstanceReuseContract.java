package io.durablespring.test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.durablespring.FailureDetails;
import io.durablespring.IdReusePolicy;
import io.durablespring.InstanceAlreadyExistsException;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.NewInstance;
import io.durablespring.spi.OrchestrationStore;
import io.durablespring.spi.OrchestrationStore.Reuse;
import io.durablespring.spi.OutboxEntry;
import io.durablespring.spi.PayloadHolder;
import org.junit.jupiter.api.Test;

import static io.durablespring.test.StoreSamples.T0;
import static io.durablespring.test.StoreSamples.batch;
import static io.durablespring.test.StoreSamples.child;
import static io.durablespring.test.StoreSamples.entry;
import static io.durablespring.test.StoreSamples.kept;
import static io.durablespring.test.StoreSamples.pending;
import static io.durablespring.test.StoreSamples.reuse;
import static io.durablespring.test.StoreSamples.startMessage;
import static io.durablespring.test.StoreSamples.started;
import static io.durablespring.test.StoreSamples.step;
import static io.durablespring.test.StoreSamples.timerFired;
import static io.durablespring.test.StoreSamples.together;
import static io.durablespring.test.StoreSamples.withCustomStatus;
import static io.durablespring.test.StoreSamples.withOutcome;
import static io.durablespring.test.StoreSamples.withTimers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What every {@link OrchestrationStore} must do when the id of a new instance is taken. A
 * subclass says which store to check.
 *
 * @see OrchestrationStoreContract
 */
public abstract class InstanceReuseContract extends StoreContract {

	@Test
	void createRefusesTheIdOfAnUnfinishedInstanceAndChangesNothing() {
		create("a", "x");
		AtomicBoolean committed = new AtomicBoolean();
		for (InstanceStatus status : List.of(InstanceStatus.PENDING, InstanceStatus.RUNNING,
				InstanceStatus.SUSPENDED)) {
			commit(step(head("a"), status, 0));
			InstanceHead before = head("a");
			for (IdReusePolicy policy : List.of(IdReusePolicy.REPLACE_FINISHED, IdReusePolicy.REJECT)) {
				assertThatExceptionOfType(InstanceAlreadyExistsException.class)
					.isThrownBy(() -> create(pending("a", "y"), reuse(policy), () -> committed.set(true)))
					.satisfies((ex) -> assertThat(ex.instanceId()).isEqualTo("a"))
					.withMessageContaining(status.name());
			}
			assertThat(head("a")).isEqualTo(before);
		}
		assertThat(unsent()).containsExactly(startMessage("a", "x"));
		assertThat(committed).isFalse();
	}

	@Test
	void createRefusesTheIdOfAFinishedInstanceIfToldSo() {
		InstanceHead before = finished("a", InstanceStatus.COMPLETED, new HistoryEvent.ExecutionCompleted(T0, null));
		assertThatExceptionOfType(InstanceAlreadyExistsException.class)
			.isThrownBy(() -> create(pending("a", "y"), reuse(IdReusePolicy.REJECT), NOTHING))
			.withMessageContaining("COMPLETED");
		assertThat(head("a")).isEqualTo(before);
		assertThat(this.queries.history("a")).hasSize(1);
		assertThat(unsent()).containsExactly(startMessage("a", "old-a"));
	}

	@Test
	void createReplacesAFinishedInstanceAndRemovesItsHistory() {
		for (IdReusePolicy policy : List.of(IdReusePolicy.REPLACE_FINISHED, IdReusePolicy.REPLACE)) {
			for (InstanceStatus status : List.of(InstanceStatus.COMPLETED, InstanceStatus.FAILED,
					InstanceStatus.TERMINATED)) {
				String id = policy + "-" + status;
				create(id, "x-" + id);
				InstanceHead first = head(id);
				commit(withCustomStatus(
						withOutcome(step(first, status, 0, new HistoryEvent.ExecutionCompleted(T0, null)),
								Payload.of("1"), FailureDetails.of("E", "text")),
						Payload.of("\"busy\"")));
				checkReplaced(first, reuse(policy));
			}
		}
	}

	@Test
	void createReplacesAnUnfinishedInstanceIfToldSo() {
		for (InstanceStatus status : List.of(InstanceStatus.PENDING, InstanceStatus.RUNNING,
				InstanceStatus.SUSPENDED)) {
			String id = "a-" + status;
			create(id, "x-" + id);
			InstanceHead first = head(id);
			commit(withCustomStatus(step(first, status, 0, events()), Payload.of("\"busy\"")));
			checkReplaced(first, reuse(IdReusePolicy.REPLACE));
		}
	}

	@Test
	void anUnfinishedInstanceThatIsReplacedGoesWithItsStartAndItsTimers() {
		NewInstance later = pending("a", "x");
		this.store.create(later,
				List.of(entry(OutboxEntry.startId("x"), T0.plusSeconds(3600), null, startMessage(later))),
				reuse(IdReusePolicy.REJECT), NOTHING);
		create(pending("a", "y"), reuse(IdReusePolicy.REPLACE), NOTHING);
		assertThat(unsent()).containsExactly(startMessage("a", "y"));
		create("b", "z");
		commit(withTimers(step(head("a"), InstanceStatus.RUNNING, 0, new HistoryEvent.TimerCreated(T0, 0, T0, null),
				new HistoryEvent.TimerCreated(T0, 1, T0, null), new HistoryEvent.TimerFired(T0, 0),
				new HistoryEvent.TimerCreated(T0, 2, T0, null), new HistoryEvent.TimerCreated(T0, 12, T0, null)),
				timer("a", "y", 1), timer("a", "y", 2), timer("a", "y", 12)));
		commit(withTimers(step(head("b"), InstanceStatus.RUNNING, 0, new HistoryEvent.TimerCreated(T0, 1, T0, null)),
				timer("b", "z", 1)));
		removeStart("y");
		removeStart("z");
		create(pending("a", "v"), reuse(IdReusePolicy.REPLACE), NOTHING);
		assertThat(unsent()).containsExactlyInAnyOrder(startMessage("a", "v"), timerFired("b", 1));
	}

	@Test
	void theEventOfAStartThatIsNotDueYetGoesWithItAndOneThatMayBeOnItsWayDoesNot() {
		for (long seconds : new long[] { 3600, 0 }) {
			String id = "a" + seconds;
			Payload large = Payload.reference("d" + seconds, "1");
			NewInstance later = pending(id, "x-" + id);
			this.store.create(later,
					List.of(entry(OutboxEntry.startId("x-" + id), T0.plusSeconds(seconds), null, startMessage(later))),
					reuse(IdReusePolicy.REJECT), NOTHING);
			this.store.savePayloads(List.of(kept(PayloadHolder.event(id, "x-" + id), large)));
			create(pending(id, "y-" + id), reuse(IdReusePolicy.REPLACE), NOTHING);
		}
		assertThat(this.queries.payload("d3600")).isEmpty();
		assertThat(this.queries.payload("d0")).isPresent();
		assertThat(unsent()).containsExactlyInAnyOrder(startMessage("a0", "y-a0"), startMessage("a3600", "y-a3600"));
	}

	private static OutboxEntry timer(String instanceId, String executionId, int taskId) {
		return entry(OutboxEntry.timerId(executionId, taskId), T0.plusSeconds(3600), null,
				timerFired(instanceId, taskId));
	}

	private void removeStart(String executionId) {
		this.outbox.remove(List.of("start-" + executionId));
	}

	/** Steps of the one before lose, whatever they have read. */
	private void checkReplaced(InstanceHead first, Reuse reuse) {
		String id = first.id();
		InstanceHead last = head(id);
		HistoryEvent.ExecutionStarted again = started(T0.plusSeconds(10), "other");
		create(pending(id, "y-" + id, again), reuse, NOTHING);
		assertThat(this.queries.find(id)).contains(new OrchestrationMetadata(id, "other", "1.2", InstanceStatus.PENDING,
				"y-" + id, Payload.of("{\"amount\":12.5}"), null, null, null, Map.of("colour", "blue"), "parent-1",
				again.timestamp(), null, again.timestamp(), null));
		assertThat(this.queries.history(id)).isEmpty();
		assertThat(this.store.histories(List.of(first, last, head(id))).readable()).containsEntry(id, List.of());
		InstanceHead now = head(id);
		assertThat(now.rowVersion()).isGreaterThan(last.rowVersion());
		assertThat(this.store.commit(batch("late-" + id, step(first, InstanceStatus.RUNNING, 0))).leftOut())
			.containsExactly(id);
		assertThat(this.store.commit(batch("later-" + id, step(last, InstanceStatus.RUNNING, 0))).leftOut())
			.containsExactly(id);
		assertThat(head(id)).isEqualTo(now);
	}

	@Test
	void whoReplacesAnUnfinishedInstanceSaysFarewellToItsUnfinishedChildren() {
		create("a", "x");
		commit(step(head("a"), InstanceStatus.RUNNING, 0));
		create(child("a:1", "a"));
		create(child("a:2", "a"));
		create(child("b:1", "b"));
		commit(step(head("a:2"), InstanceStatus.COMPLETED, 0));
		InstanceHead replaced = head("a");
		InstanceHead child = head("a:1");
		removeAllEntries();
		List<InstanceHead> told = new ArrayList<>();
		create(pending("a", "y"), new Reuse(IdReusePolicy.REPLACE, (instance, children) -> {
			told.add(instance);
			told.addAll(children);
			return List.of(timerFired("a:1", 1), timerFired("parent-1", 2));
		}), NOTHING);
		assertThat(told).containsExactly(replaced, child);
		assertThat(claimed()).containsExactlyInAnyOrder(entry("start-y", T0, T0, startMessage("a", "y")),
				entry("y:replace", T0, T0, timerFired("a:1", 1), timerFired("parent-1", 2)));
	}

	@Test
	void theFarewellDoesNotWaitForAStartThatIsDueLater() {
		create("a", "x");
		removeAllEntries();
		Instant later = T0.plusSeconds(3600);
		NewInstance instance = new NewInstance("a", "y", started(T0, "order"), later, List.of());
		this.store.create(instance, List.of(entry("start-y", later, null, startMessage("a", "y"))),
				new Reuse(IdReusePolicy.REPLACE, (replaced, children) -> List.of(timerFired("parent-1", 2))), NOTHING);
		assertThat(claimed()).containsExactly(entry("y:replace", T0, T0, timerFired("parent-1", 2)),
				entry("start-y", later, T0, startMessage("a", "y")));
	}

	@Test
	void noFarewellIsSaidToAFinishedInstance() {
		finished("a", InstanceStatus.FAILED);
		removeAllEntries();
		create(pending("a", "y"),
				new Reuse(IdReusePolicy.REPLACE, (replaced, children) -> List.of(timerFired("parent-1", 2))), NOTHING);
		assertThat(unsent()).containsExactly(startMessage("a", "y"));
	}

	@Test
	void aFarewellWithoutMessagesAddsNoEntry() {
		create("a", "x");
		removeAllEntries();
		create(pending("a", "y"), reuse(IdReusePolicy.REPLACE), NOTHING);
		assertThat(claimed()).extracting(OutboxEntry::id).containsExactly("start-y");
	}

	@Test
	void ofConcurrentCreatesOfOneIdExactlyOneWins() throws Exception {
		for (String id : List.of("new", "finished")) {
			if (id.equals("finished")) {
				finished(id, InstanceStatus.COMPLETED, new HistoryEvent.ExecutionCompleted(T0, null));
			}
			AtomicInteger next = new AtomicInteger();
			AtomicInteger committed = new AtomicInteger();
			List<String> winners = together(8, () -> {
				String execution = id + "-" + next.incrementAndGet();
				try {
					create(pending(id, execution), reuse(IdReusePolicy.REPLACE_FINISHED), committed::incrementAndGet);
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
	void concurrentReplacementsFollowOneAnother() throws Exception {
		create("a", "x-0");
		InstanceHead first = head("a");
		AtomicInteger next = new AtomicInteger();
		AtomicInteger farewells = new AtomicInteger();
		together(5, () -> {
			int number = next.incrementAndGet();
			create(pending("a", "x-" + number), new Reuse(IdReusePolicy.REPLACE, (replaced, children) -> {
				farewells.incrementAndGet();
				return List.of(timerFired("said-to-" + replaced.executionId(), number));
			}), NOTHING);
			return number;
		});
		assertThat(head("a").rowVersion()).isEqualTo(first.rowVersion() + 5);
		assertThat(farewells).hasValue(5);
		List<String> replaced = new ArrayList<>(
				unsent().stream().map(Message::instanceId).filter((id) -> id.startsWith("said-to-")).toList());
		replaced.add("said-to-" + head("a").executionId());
		assertThat(replaced).as("each but the last is replaced once")
			.containsExactlyInAnyOrder("said-to-x-0", "said-to-x-1", "said-to-x-2", "said-to-x-3", "said-to-x-4",
					"said-to-x-5");
	}

	@Test
	void aReplacementFollowsTheCallersTransaction() {
		StoreUnderTest.Transactions transactions = callersTransactions();
		create("a", "x");
		commit(step(head("a"), InstanceStatus.RUNNING, 0, events()));
		removeAllEntries();
		InstanceHead before = head("a");
		Reuse reuse = new Reuse(IdReusePolicy.REPLACE, (replaced, children) -> List.of(timerFired("parent-1", 2)));
		transactions.rollBack(() -> create(pending("a", "y"), reuse, NOTHING));
		assertThat(head("a")).isEqualTo(before);
		assertThat(this.queries.history("a")).containsExactly(events());
		assertThat(unsent()).isEmpty();
		transactions.commit(() -> create(pending("a", "y"), reuse, NOTHING));
		assertThat(head("a").executionId()).isEqualTo("y");
		assertThat(unsent()).hasSize(2);
	}

	@Test
	void aRefusedCreateLeavesTheCallersTransactionUsable() {
		StoreUnderTest.Transactions transactions = callersTransactions();
		create("a", "x");
		transactions.commit(() -> {
			for (IdReusePolicy policy : List.of(IdReusePolicy.REPLACE_FINISHED, IdReusePolicy.REJECT)) {
				assertThatExceptionOfType(InstanceAlreadyExistsException.class)
					.isThrownBy(() -> create(pending("a", "y"), reuse(policy), NOTHING));
			}
			create("b", "z");
		});
		assertThat(head("a").executionId()).isEqualTo("x");
		assertThat(head("b").executionId()).isEqualTo("z");
	}

	private List<OutboxEntry> claimed() {
		Instant dayAfter = T0.plusSeconds(86_400);
		return this.outbox.claim(dayAfter, dayAfter, T0, 100);
	}

}
