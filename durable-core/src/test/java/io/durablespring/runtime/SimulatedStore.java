package io.durablespring.runtime;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import io.durablespring.InstanceCount;
import io.durablespring.InstanceQuery;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.StoreUnavailableException;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import io.durablespring.local.InMemoryStore;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.InstanceQueries;
import io.durablespring.spi.NewInstance;
import io.durablespring.spi.OrchestrationStore;
import io.durablespring.spi.Outbox;
import io.durablespring.spi.OutboxEntry;
import io.durablespring.spi.PayloadHolder;
import io.durablespring.spi.StoredPayload;
import io.durablespring.spi.TransactionSettings;

/**
 * One node's connection to the store of a {@link SimulatedHub}.
 */
final class SimulatedStore implements OrchestrationStore, Outbox, InstanceQueries {

	private final SimulatedHub hub;

	private final SimulatedNode node;

	private final InMemoryStore memory;

	SimulatedStore(SimulatedHub hub, SimulatedNode node) {
		this.hub = hub;
		this.node = node;
		this.memory = hub.memory;
	}

	private <T> T call(Supplier<T> operation) {
		if (this.node.dead) {
			throw new StoreUnavailableException("dead", null);
		}
		this.hub.maybeCrash(this.node);
		if (this.hub.dice.happens(Fault.STORE_DOWN, 4)) {
			throw new StoreUnavailableException("down", null);
		}
		this.hub.maybeOvertake(this.node);
		T result = operation.get();
		this.hub.maybeCrash(this.node);
		if (this.hub.dice.happens(Fault.ANSWER_LOST, 4)) {
			throw new StoreUnavailableException("answer lost", null);
		}
		return result;
	}

	private void run(Runnable operation) {
		call(() -> {
			operation.run();
			return Boolean.TRUE;
		});
	}

	@Override
	public void create(NewInstance instance, List<OutboxEntry> entries, Reuse reuse, Runnable afterCommit) {
		run(() -> {
			this.memory.create(instance, entries, reuse, () -> {
			});
			entries.forEach((entry) -> this.hub.entered(entry.id()));
			this.hub.operators.started(instance);
		});
		afterCommit.run();
	}

	@Override
	public Set<String> createAll(List<Creation> creations, Function<Set<String>, List<OutboxEntry>> entries,
			Consumer<List<OutboxEntry>> afterCommit) {
		List<OutboxEntry> added = new ArrayList<>();
		Set<String> created = call(() -> {
			Set<String> executionIds = this.memory.createAll(creations, entries, added::addAll);
			added.forEach((entry) -> this.hub.entered(entry.id()));
			creations.stream()
				.map(Creation::instance)
				.filter((instance) -> executionIds.contains(instance.executionId()))
				.forEach(this.hub.operators::started);
			return executionIds;
		});
		afterCommit.accept(added);
		return created;
	}

	@Override
	public void enqueue(OutboxEntry entry, List<StoredPayload> payloads, Runnable afterCommit) {
		run(() -> {
			this.memory.enqueue(entry, payloads, () -> {
			});
			this.hub.entered(entry.id());
		});
		afterCommit.run();
	}

	@Override
	public List<InstanceHead> load(Collection<String> instanceIds) {
		return call(() -> this.memory.load(instanceIds));
	}

	@Override
	public Histories histories(Collection<InstanceHead> heads) {
		return new Histories(AsStored.of(call(() -> this.memory.histories(heads)).readable()), Map.of());
	}

	@Override
	public Unstored commit(StepBatch batch) {
		return call(() -> {
			Unstored unstored = this.memory.commit(batch);
			this.hub.entered(batch.outboxId());
			this.hub.entered(OutboxEntry.fallbackId(batch.outboxId()));
			this.hub.called(this.node, batch, unstored.leftOut());
			batch.steps().stream().filter((step) -> !unstored.leftOut().contains(step.head().id())).forEach((step) -> {
				step.outgoing().timers().forEach((timer) -> this.hub.entered(timer.id()));
				step.outgoing().starts().forEach((start) -> {
					if (!unstored.taken().contains(start.instance().executionId())) {
						this.hub.entered(start.entryId());
						this.hub.operators.started(start.instance());
					}
				});
			});
			return unstored;
		});
	}

	@Override
	public Set<String> received(Collection<String> messageIds) {
		return call(() -> this.memory.received(messageIds));
	}

	@Override
	public Set<String> settled(Collection<Message.ToActivity> calls) {
		return call(() -> this.memory.settled(calls));
	}

	@Override
	public void savePayloads(List<StoredPayload> payloads) {
		run(() -> this.memory.savePayloads(payloads));
	}

	@Override
	public void replacePayload(StoredPayload payload) {
		run(() -> this.memory.replacePayload(payload));
	}

	@Override
	public void removePayloads(Collection<PayloadHolder> holders) {
		run(() -> this.memory.removePayloads(holders));
	}

	@Override
	public Once runOnce(String callId, Instant now, TransactionSettings settings, Supplier<Kept> work) {
		return call(() -> this.memory.runOnce(callId, now, settings, () -> {
			Kept kept = work.get();
			this.hub.entered(kept.entry().id());
			return kept;
		}));
	}

	@Override
	public int purge(Collection<InstanceHead> instances) {
		return call(() -> this.memory.purge(instances));
	}

	@Override
	public int forgetReceived(Instant before) {
		return call(() -> this.memory.forgetReceived(before));
	}

	@Override
	public List<OutboxEntry> claim(Instant dueBefore, Instant now, Instant claimedUntil, int limit) {
		// By age, not by id: ids are random, and would make each run another.
		return AsStored.of(call(() -> this.memory.claim(dueBefore, now, claimedUntil, limit)
			.stream()
			.sorted(Comparator.comparing(OutboxEntry::dueAt).thenComparing((entry) -> this.hub.age(entry.id())))
			.toList()));
	}

	@Override
	public void extend(Collection<String> entryIds, Instant claimedUntil) {
		run(() -> this.memory.extend(entryIds, claimedUntil));
	}

	@Override
	public void remove(Collection<String> entryIds) {
		run(() -> this.memory.remove(entryIds));
	}

	@Override
	public Optional<Instant> oldestUnsent(Instant now, Set<String> held) {
		return this.memory.oldestUnsent(now, held);
	}

	// --- Queries, also on the threads of orchestrators: nodes do not die there

	private <T> T query(Supplier<T> query) {
		if (this.node.dead || this.hub.dice.happens(Fault.STORE_DOWN, 4)) {
			throw new StoreUnavailableException("down", null);
		}
		return AsStored.of(query.get());
	}

	@Override
	public Optional<OrchestrationMetadata> find(String instanceId) {
		return query(() -> this.memory.find(instanceId));
	}

	@Override
	public Map<String, InstanceStatus> statuses(Collection<String> instanceIds) {
		return query(() -> this.memory.statuses(instanceIds));
	}

	@Override
	public InstanceQuery.Page list(InstanceQuery query) {
		return query(() -> this.memory.list(query));
	}

	@Override
	public List<HistoryEvent> history(String instanceId) {
		return query(() -> this.memory.history(instanceId));
	}

	@Override
	public List<InstanceCount> counts() {
		return query(this.memory::counts);
	}

	@Override
	public List<InstanceHead> children(Collection<String> parentIds) {
		return query(() -> this.memory.children(parentIds));
	}

	@Override
	public Optional<String> payload(String id) {
		return query(() -> this.memory.payload(id));
	}

}
