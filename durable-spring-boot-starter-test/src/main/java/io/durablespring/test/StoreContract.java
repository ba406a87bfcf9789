package io.durablespring.test;

import java.time.Instant;
import java.util.List;

import io.durablespring.IdReusePolicy;
import io.durablespring.InstanceStatus;
import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.InstanceQueries;
import io.durablespring.spi.NewInstance;
import io.durablespring.spi.OrchestrationStore;
import io.durablespring.spi.OrchestrationStore.Reuse;
import io.durablespring.spi.OrchestrationStore.Unstored;
import io.durablespring.spi.Outbox;
import io.durablespring.spi.OutboxEntry;
import io.durablespring.spi.StepCommit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;

import static io.durablespring.test.StoreSamples.T0;
import static io.durablespring.test.StoreSamples.batch;
import static io.durablespring.test.StoreSamples.pending;
import static io.durablespring.test.StoreSamples.reuse;
import static io.durablespring.test.StoreSamples.startEntry;
import static io.durablespring.test.StoreSamples.started;
import static io.durablespring.test.StoreSamples.step;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The ground of the store's contract suites.
 */
@SuppressWarnings("NullAway.Init")
abstract class StoreContract {

	static final Runnable NOTHING = () -> {
	};

	StoreUnderTest tested;

	OrchestrationStore store;

	Outbox outbox;

	InstanceQueries queries;

	/**
	 * Called before each test.
	 * @return a store without instances, outbox entries and received messages
	 */
	protected abstract StoreUnderTest storeUnderTest();

	@BeforeEach
	void prepare() {
		this.tested = storeUnderTest();
		this.store = this.tested.store();
		this.outbox = this.tested.outbox();
		this.queries = this.tested.queries();
	}

	final StoreUnderTest.Transactions callersTransactions() {
		StoreUnderTest.Transactions transactions = this.tested.transactions();
		return (transactions != null) ? transactions
				: Assumptions.abort("the store does not know the caller's transactions");
	}

	static HistoryEvent[] events() {
		return new HistoryEvent[] { new HistoryEvent.OrchestratorStarted(T0), started(T0, "order"),
				new HistoryEvent.TaskScheduled(T0, 0, "charge", "slow", Payload.of("[1,\"\\u0000\"]"), null),
				new HistoryEvent.TimerCreated(T0, 3, T0.plusNanos(1000), null) };
	}

	final void create(String id, String executionId) {
		create(pending(id, executionId));
	}

	final void create(NewInstance instance) {
		create(instance, reuse(IdReusePolicy.REPLACE_FINISHED), NOTHING);
	}

	final void create(NewInstance instance, Reuse reuse, Runnable afterCommit) {
		this.store.create(instance, List.of(startEntry(instance)), reuse, afterCommit);
	}

	final void enqueue(OutboxEntry entry) {
		this.store.enqueue(entry, List.of(), NOTHING);
	}

	/** Creates an instance that has ended. */
	final InstanceHead finished(String id, InstanceStatus status, HistoryEvent... events) {
		create(id, "old-" + id);
		commit(step(head(id), status, 0, events));
		return head(id);
	}

	final void commit(StepCommit step) {
		commit("batch-" + step.head().id() + step.head().rowVersion(), step);
	}

	final void commit(String outboxId, StepCommit... steps) {
		Unstored unstored = this.store.commit(batch(outboxId, steps));
		assertThat(unstored.leftOut()).isEmpty();
		assertThat(unstored.taken()).isEmpty();
	}

	final InstanceHead head(String id) {
		List<InstanceHead> heads = this.store.load(List.of(id));
		assertThat(heads).as(id).hasSize(1);
		return heads.get(0);
	}

	final List<Message> unsent() {
		// Looks a day ahead and claims nothing for longer than an instant of that day.
		Instant dayAfter = T0.plusSeconds(86_400);
		return this.outbox.claim(dayAfter, dayAfter, T0, 100)
			.stream()
			.flatMap((entry) -> entry.messages().stream())
			.toList();
	}

	final void removeAllEntries() {
		Instant dayAfter = T0.plusSeconds(86_400);
		this.outbox.remove(this.outbox.claim(dayAfter, dayAfter, T0, 100).stream().map(OutboxEntry::id).toList());
	}

}
