package io.durablespring.local;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.durablespring.IdReusePolicy;
import io.durablespring.InstanceAlreadyExistsException;
import io.durablespring.InstanceCount;
import io.durablespring.InstanceQuery;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.InstanceQueries;
import io.durablespring.spi.NewInstance;
import io.durablespring.spi.OrchestrationStore;
import io.durablespring.spi.Outbox;
import io.durablespring.spi.OutboxEntry;
import io.durablespring.spi.PageToken;
import io.durablespring.spi.PayloadHolder;
import io.durablespring.spi.StepCommit;
import io.durablespring.spi.StoredPayload;
import io.durablespring.spi.TransactionSettings;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory: the reference implementation of the storage SPI, and what tests use
 * that need no database. It knows nothing of the caller's transactions: everything is
 * committed at once. Thread-safe.
 */
public final class InMemoryStore implements OrchestrationStore, Outbox, InstanceQueries {

	private static final Comparator<OrchestrationMetadata> PAGE_ORDER = Comparator
		.comparing(OrchestrationMetadata::createdAt)
		.thenComparing(OrchestrationMetadata::instanceId);

	private static final Comparator<OutboxEntry> DUE_FIRST = Comparator.comparing(OutboxEntry::dueAt)
		.thenComparing(OutboxEntry::id);

	private final Map<String, StoredInstance> instances = new HashMap<>();

	private final Map<String, OutboxEntry> entries = new HashMap<>();

	private final Map<String, Instant> received = new HashMap<>();

	private final LargeValues payloads = new LargeValues();

	@Override
	public void create(NewInstance instance, List<OutboxEntry> entries, Reuse reuse, Runnable afterCommit) {
		synchronized (this) {
			StoredInstance existing = create(instance, reuse);
			if (existing != null) {
				throw new InstanceAlreadyExistsException(instance.id(), existing.status());
			}
			entries.forEach(this::add);
		}
		afterCommit.run();
	}

	@Override
	public Set<String> createAll(List<Creation> creations, Function<Set<String>, List<OutboxEntry>> entries,
			Consumer<List<OutboxEntry>> afterCommit) {
		Set<String> created = new HashSet<>();
		List<OutboxEntry> added;
		synchronized (this) {
			for (Creation creation : creations) {
				if (create(creation.instance(), creation.reuse()) == null) {
					created.add(creation.instance().executionId());
				}
			}
			added = entries.apply(created);
			added.forEach(this::add);
		}
		afterCommit.accept(added);
		return created;
	}

	/** Creates an instance, or returns the one that keeps the id. */
	private @Nullable StoredInstance create(NewInstance instance, Reuse reuse) {
		StoredInstance existing = this.instances.get(instance.id());
		if (existing != null && !isReplaced(existing, reuse.policy())) {
			return existing;
		}
		if (existing != null && !existing.finished()) {
			removeEntries(existing, instance.started().timestamp());
			List<InstanceHead> children = children(List.of(instance.id())).stream()
				.filter((child) -> !child.status().isFinished())
				.toList();
			List<Message> farewell = reuse.farewell().of(existing.head(), children);
			if (!farewell.isEmpty()) {
				add(new OutboxEntry(instance.executionId() + ":replace", instance.started().timestamp(), null,
						farewell));
			}
		}
		put(instance, existing);
		return null;
	}

	/** An event that came with a start which is not due yet cannot be on its way. */
	private void removeEntries(StoredInstance replaced, Instant now) {
		String executionId = replaced.metadata().executionId();
		OutboxEntry start = this.entries.get(OutboxEntry.startId(executionId));
		if (start != null && start.dueAt().isAfter(now)) {
			this.payloads.remove(PayloadHolder.event(replaced.metadata().instanceId(), executionId));
		}
		remove(OutboxEntry.openIds(executionId, replaced.history()));
	}

	private static boolean isReplaced(StoredInstance existing, IdReusePolicy policy) {
		return switch (policy) {
			case REPLACE_FINISHED -> existing.finished();
			case REJECT -> false;
			case REPLACE -> true;
		};
	}

	private void put(NewInstance instance, @Nullable StoredInstance replaced) {
		this.payloads.removeInstance(instance.id());
		savePayloads(instance.payloads());
		this.instances.put(instance.id(), StoredInstance.of(instance, replaced));
	}

	@Override
	public void enqueue(OutboxEntry entry, List<StoredPayload> stored, Runnable afterCommit) {
		synchronized (this) {
			add(entry);
			savePayloads(stored);
		}
		afterCommit.run();
	}

	@Override
	public synchronized void replacePayload(StoredPayload payload) {
		this.payloads.replace(payload);
	}

	@Override
	public synchronized void savePayloads(List<StoredPayload> stored) {
		this.payloads.save(stored);
	}

	@Override
	public synchronized void removePayloads(Collection<PayloadHolder> holders) {
		holders.forEach(this.payloads::remove);
	}

	/** There is nothing to join here: calls are told apart, and that is all. */
	@Override
	public Once runOnce(String callId, Instant now, TransactionSettings settings, Supplier<Kept> work) {
		synchronized (this) {
			if (this.received.putIfAbsent(callId, now) != null) {
				return Once.KNOWN;
			}
		}
		boolean done = false;
		try {
			Kept kept = work.get();
			synchronized (this) {
				add(kept.entry());
				savePayloads(kept.payloads());
			}
			done = true;
			return Once.COMMITTED;
		}
		finally {
			if (!done) {
				forget(callId);
			}
		}
	}

	private synchronized void forget(String messageId) {
		this.received.remove(messageId);
	}

	@Override
	public synchronized Optional<String> payload(String id) {
		return this.payloads.find(id);
	}

	/** For tests: how many large values there are, by what they are kept for. */
	synchronized Map<String, Integer> payloadCounts(String instanceId) {
		return this.payloads.count(instanceId);
	}

	/** For tests: what is to be sent, now or later. */
	synchronized List<String> entryIds() {
		return List.copyOf(this.entries.keySet());
	}

	@Override
	public synchronized int purge(Collection<InstanceHead> heads) {
		int purged = 0;
		for (InstanceHead head : heads) {
			StoredInstance instance = this.instances.get(head.id());
			if (instance != null && instance.finished() && instance.runs(head.executionId())) {
				this.instances.remove(head.id());
				this.payloads.removeInstance(head.id());
				purged++;
			}
		}
		return purged;
	}

	@Override
	public synchronized List<InstanceHead> children(Collection<String> parentIds) {
		return this.instances.values()
			.stream()
			.filter((instance) -> instance.parent() != null && parentIds.contains(instance.parent().instanceId()))
			.map(StoredInstance::head)
			.toList();
	}

	private void add(OutboxEntry entry) {
		checkAbsent(entry.id());
		this.entries.put(entry.id(), entry);
	}

	private void checkAbsent(String entryId) {
		if (this.entries.containsKey(entryId)) {
			throw new IllegalStateException("There is an outbox entry '" + entryId + "' already");
		}
	}

	@Override
	public synchronized List<InstanceHead> load(Collection<String> instanceIds) {
		return instanceIds.stream()
			.distinct()
			.map(this.instances::get)
			.filter(Objects::nonNull)
			.map(StoredInstance::head)
			.toList();
	}

	@Override
	public synchronized Histories histories(Collection<InstanceHead> heads) {
		Map<String, List<HistoryEvent>> histories = new HashMap<>();
		for (InstanceHead head : heads) {
			StoredInstance instance = this.instances.get(head.id());
			histories.put(head.id(), (instance != null && instance.runs(head.executionId()))
					? List.copyOf(instance.history()) : List.of());
		}
		return new Histories(histories, Map.of());
	}

	@Override
	public synchronized Unstored commit(StepBatch batch) {
		Set<String> leftOut = new HashSet<>();
		Set<String> receivedNow = new HashSet<>();
		List<StepCommit> winners = new ArrayList<>();
		for (StepCommit step : batch.steps()) {
			StoredInstance instance = this.instances.get(step.head().id());
			if (instance != null && instance.isAt(step.head())
					&& step.receivedIds().stream().noneMatch((id) -> this.received.containsKey(id))
					&& step.receivedIds().stream().noneMatch(receivedNow::contains)) {
				receivedNow.addAll(step.receivedIds());
				winners.add(step);
			}
			else {
				leftOut.add(step.head().id());
			}
		}
		// All checks come before the first change: there is nothing to roll back.
		winners.forEach(this::check);
		winners.forEach(this::apply);
		List<Message> messages = new ArrayList<>();
		Set<String> taken = new HashSet<>();
		for (StepCommit step : winners) {
			messages.addAll(step.messages());
			step.outgoing().starts().forEach((start) -> start(start, step.now(), messages, taken));
		}
		// At last: what one step keeps for an instance, another one's must not remove.
		winners.forEach((step) -> savePayloads(step.outgoing().payloads()));
		if (!messages.isEmpty()) {
			add(new OutboxEntry(batch.outboxId(), batch.now(), batch.claimedUntil(), messages));
		}
		List<Message> fallback = new ArrayList<>();
		winners.forEach((step) -> fallback.addAll(step.outgoing().fallback()));
		if (!fallback.isEmpty()) {
			add(new OutboxEntry(OutboxEntry.fallbackId(batch.outboxId()), batch.now(), batch.fallbackUntil(),
					fallback));
		}
		remove(batch.sentEntries());
		return new Unstored(leftOut, taken);
	}

	private void start(StepCommit.Start start, Instant now, List<Message> messages, Set<String> taken) {
		NewInstance instance = start.instance();
		StoredInstance existing = this.instances.get(instance.id());
		if (existing != null && !existing.finished()) {
			taken.add(instance.executionId());
			if (start.ifTaken() != null) {
				messages.add(start.ifTaken());
			}
			return;
		}
		put(instance, existing);
		if (start.isLater(now)) {
			add(new OutboxEntry(start.entryId(), Objects.requireNonNull(instance.startAt()), null,
					List.of(start.message())));
		}
		else {
			messages.add(start.message());
		}
	}

	private void check(StepCommit step) {
		StoredInstance instance = Objects.requireNonNull(this.instances.get(step.head().id()));
		int length = instance.runs(step.history().executionId()) ? instance.history().size() : 0;
		if (!step.events().isEmpty() && step.history().firstSequence() != length) {
			throw new IllegalStateException("The history of '%s' has %d events, the next one cannot be number %d"
				.formatted(step.head().id(), length, step.history().firstSequence()));
		}
		step.outgoing().timers().forEach((timer) -> checkAbsent(timer.id()));
	}

	private void apply(StepCommit step) {
		this.instances.computeIfPresent(step.head().id(), (id, instance) -> instance.after(step));
		this.payloads.change(step.head().id(), step.history().payloads());
		step.outgoing().timers().forEach(this::add);
		step.receivedIds().forEach((id) -> this.received.put(id, step.now()));
		remove(step.outgoing().removedTimers());
	}

	@Override
	public synchronized Set<String> received(Collection<String> messageIds) {
		return messageIds.stream().filter(this.received::containsKey).collect(Collectors.toSet());
	}

	@Override
	public synchronized Set<String> settled(Collection<Message.ToActivity> calls) {
		return calls.stream().filter(this::isSettled).map(Message.ToActivity::id).collect(Collectors.toSet());
	}

	private boolean isSettled(Message.ToActivity call) {
		StoredInstance instance = this.instances.get(call.instanceId());
		return instance == null || instance.finished() || !instance.runs(call.executionId())
				|| instance.history()
					.stream()
					.anyMatch((event) -> event instanceof HistoryEvent.Completion completion
							&& completion.taskId() == call.taskId());
	}

	@Override
	public synchronized int forgetReceived(Instant before) {
		int size = this.received.size();
		this.received.values().removeIf((at) -> at.isBefore(before));
		this.payloads.forget(before, this.instances::get);
		return size - this.received.size();
	}

	@Override
	public synchronized List<OutboxEntry> claim(Instant dueBefore, Instant now, Instant claimedUntil, int limit) {
		List<OutboxEntry> claimed = this.entries.values()
			.stream()
			.filter((entry) -> entry.dueAt().isBefore(dueBefore))
			.filter((entry) -> entry.claimedUntil() == null || entry.claimedUntil().isBefore(now))
			.sorted(DUE_FIRST)
			.limit(limit)
			.map((entry) -> claimed(entry, claimedUntil))
			.toList();
		claimed.forEach((entry) -> this.entries.put(entry.id(), entry));
		return claimed;
	}

	@Override
	public synchronized void extend(Collection<String> entryIds, Instant claimedUntil) {
		entryIds.forEach((id) -> this.entries.computeIfPresent(id, (key, entry) -> claimed(entry, claimedUntil)));
	}

	private static OutboxEntry claimed(OutboxEntry entry, Instant until) {
		return new OutboxEntry(entry.id(), entry.dueAt(), until, entry.messages());
	}

	@Override
	public synchronized void remove(Collection<String> entryIds) {
		entryIds.forEach(this.entries::remove);
	}

	@Override
	public synchronized Optional<Instant> oldestUnsent(Instant now, Set<String> held) {
		return this.entries.values()
			.stream()
			.filter((entry) -> !held.contains(entry.id()))
			.map(OutboxEntry::dueAt)
			.filter((due) -> !due.isAfter(now))
			.min(Comparator.naturalOrder());
	}

	@Override
	public synchronized Optional<OrchestrationMetadata> find(String instanceId) {
		return Optional.ofNullable(this.instances.get(instanceId)).map(StoredInstance::metadata);
	}

	@Override
	public synchronized Map<String, InstanceStatus> statuses(Collection<String> instanceIds) {
		return load(instanceIds).stream().collect(Collectors.toMap(InstanceHead::id, InstanceHead::status));
	}

	@Override
	public InstanceQuery.Page list(InstanceQuery query) {
		List<OrchestrationMetadata> found;
		Predicate<OrchestrationMetadata> afterToken = after(query.continuationToken());
		synchronized (this) {
			found = this.instances.values()
				.stream()
				.filter((instance) -> instance.matches(query.filter()) && afterToken.test(instance.metadata()))
				.map((instance) -> query.withPayloads() ? instance.metadata() : instance.withoutPayloads())
				.sorted(PAGE_ORDER)
				.limit(query.pageSize() + 1L)
				.toList();
		}
		if (found.size() <= query.pageSize()) {
			return new InstanceQuery.Page(found, null);
		}
		List<OrchestrationMetadata> page = found.subList(0, query.pageSize());
		OrchestrationMetadata last = page.get(page.size() - 1);
		return new InstanceQuery.Page(page, new PageToken(last.createdAt(), last.instanceId()).encode());
	}

	private static Predicate<OrchestrationMetadata> after(@Nullable String continuationToken) {
		PageToken token = (continuationToken != null) ? PageToken.decode(continuationToken) : null;
		return (instance) -> token == null || isAfter(instance, token);
	}

	private static boolean isAfter(OrchestrationMetadata instance, PageToken token) {
		int order = instance.createdAt().compareTo(token.createdAt());
		return order > 0 || (order == 0 && instance.instanceId().compareTo(token.instanceId()) > 0);
	}

	@Override
	public synchronized List<HistoryEvent> history(String instanceId) {
		StoredInstance instance = this.instances.get(instanceId);
		return (instance != null) ? List.copyOf(instance.history()) : List.of();
	}

	@Override
	public synchronized List<InstanceCount> counts() {
		Map<String, Map<InstanceStatus, Long>> counts = this.instances.values()
			.stream()
			.collect(Collectors.groupingBy((instance) -> instance.metadata().name(),
					Collectors.groupingBy(StoredInstance::status, Collectors.counting())));
		List<InstanceCount> all = new ArrayList<>();
		counts.forEach((name, byStatus) -> byStatus
			.forEach((status, count) -> all.add(new InstanceCount(name, status, count))));
		return all;
	}

}
