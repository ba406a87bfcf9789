package io.durablespring.runtime;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.NewInstance;
import io.durablespring.spi.OrchestrationStore;
import io.durablespring.spi.OutboxEntry;
import io.durablespring.spi.PayloadHolder;
import io.durablespring.spi.StoredPayload;
import io.durablespring.spi.TransactionSettings;

/**
 * A store whose commits and histories a test can tamper with.
 */
class FaultyStore implements OrchestrationStore {

	private final OrchestrationStore store;

	volatile Function<StepBatch, Unstored> commit;

	volatile String unreadable = "";

	FaultyStore(OrchestrationStore store) {
		this.store = store;
		this.commit = store::commit;
	}

	@Override
	public void create(NewInstance instance, List<OutboxEntry> entries, Reuse reuse, Runnable afterCommit) {
		this.store.create(instance, entries, reuse, afterCommit);
	}

	@Override
	public Set<String> createAll(List<Creation> creations, Function<Set<String>, List<OutboxEntry>> entries,
			Consumer<List<OutboxEntry>> afterCommit) {
		return this.store.createAll(creations, entries, afterCommit);
	}

	@Override
	public void enqueue(OutboxEntry entry, List<StoredPayload> payloads, Runnable afterCommit) {
		this.store.enqueue(entry, payloads, afterCommit);
	}

	@Override
	public List<InstanceHead> load(Collection<String> instanceIds) {
		return this.store.load(instanceIds);
	}

	@Override
	public Histories histories(Collection<InstanceHead> heads) {
		Map<String, List<HistoryEvent>> readable = new HashMap<>(this.store.histories(heads).readable());
		List<HistoryEvent> hidden = readable.remove(this.unreadable);
		return new Histories(readable, (hidden != null) ? Map.of(this.unreadable, new Unreadable(hidden.size(),
				hidden.get(hidden.size() - 1).timestamp(), "Event 0, TaskMelted: unknown")) : Map.of());
	}

	@Override
	public Unstored commit(StepBatch batch) {
		return this.commit.apply(batch);
	}

	@Override
	public Set<String> received(Collection<String> messageIds) {
		return this.store.received(messageIds);
	}

	@Override
	public Set<String> settled(Collection<Message.ToActivity> calls) {
		return this.store.settled(calls);
	}

	@Override
	public void savePayloads(List<StoredPayload> payloads) {
		this.store.savePayloads(payloads);
	}

	@Override
	public void replacePayload(StoredPayload payload) {
		this.store.replacePayload(payload);
	}

	@Override
	public void removePayloads(Collection<PayloadHolder> holders) {
		this.store.removePayloads(holders);
	}

	@Override
	public Once runOnce(String callId, Instant now, TransactionSettings settings, Supplier<Kept> work) {
		return this.store.runOnce(callId, now, settings, work);
	}

	@Override
	public int purge(Collection<InstanceHead> instances) {
		return this.store.purge(instances);
	}

	@Override
	public int forgetReceived(Instant before) {
		return this.store.forgetReceived(before);
	}

}
