package io.durablespring.runtime;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import io.durablespring.FailureDetails;
import io.durablespring.InstanceAlreadyExistsException;
import io.durablespring.InstanceStatus;
import io.durablespring.StoreUnavailableException;
import io.durablespring.engine.Execution;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import io.durablespring.history.Message.ToOrchestration;
import io.durablespring.runtime.ExecutionCache.Parked;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.InstanceQueries;
import io.durablespring.spi.OrchestrationStore;
import io.durablespring.spi.OrchestrationStore.StepBatch;
import io.durablespring.spi.OrchestrationStore.Unstored;
import io.durablespring.spi.OutboxEntry;
import io.durablespring.spi.PayloadHolder;
import io.durablespring.spi.RuntimeListener;
import io.durablespring.spi.StepCommit;
import io.durablespring.spi.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns batches of messages into committed steps: load, step, commit, send. Thread-safe.
 * <p>
 * Nothing leaves the process before the commit, and nothing in memory outlives a step
 * that was not committed: its execution is closed and made anew from what is stored.
 */
final class OrchestrationWorker {

	private static final Logger logger = LoggerFactory.getLogger(OrchestrationWorker.class);

	private static final int MAX_CONFLICTS = 20;

	private final InstanceLoader loader;

	private final LateMessages lateMessages;

	private final OrchestrationStore store;

	private final InstanceQueries queries;

	private final LateValues lateValues;

	private final Transport transport;

	private final OutboxRelay relay;

	private final ExecutionCache cache;

	private final BlockedOrchestrators blocked;

	private final RuntimeListener listeners;

	private final Clock clock;

	private final RuntimeSettings settings;

	OrchestrationWorker(InstanceLoader loader, LateMessages lateMessages, OutboxRelay relay, ExecutionCache cache,
			BlockedOrchestrators blocked, RuntimeListener listeners, RuntimePorts ports, RuntimeSettings settings) {
		this.loader = loader;
		this.lateMessages = lateMessages;
		this.relay = relay;
		this.cache = cache;
		this.blocked = blocked;
		this.listeners = listeners;
		this.store = ports.store();
		this.queries = ports.queries();
		this.lateValues = new LateValues(ports.store());
		this.transport = ports.transport();
		this.clock = ports.clock();
		this.settings = settings;
	}

	/**
	 * Processes messages; their consequence is durable on return.
	 * @throws StoreUnavailableException if they must be delivered again
	 */
	void process(List<ToOrchestration> messages) {
		Map<String, List<ToOrchestration>> groups = messages.stream()
			.collect(Collectors.groupingBy(ToOrchestration::instanceId, LinkedHashMap::new, Collectors.toList()));
		for (int conflicts = 0; !groups.isEmpty(); conflicts++) {
			if (conflicts > MAX_CONFLICTS) {
				throw new StoreUnavailableException(
						"Another node keeps changing the instances " + groups.keySet() + " at the same time", null);
			}
			Set<String> lost = new HashSet<>();
			List<InstanceWork> works = step(dropReceived(groups), lost);
			commit(works, lost);
			groups.keySet().retainAll(lost);
		}
	}

	private Map<String, List<ToOrchestration>> dropReceived(Map<String, List<ToOrchestration>> groups) {
		List<String> commands = groups.values()
			.stream()
			.flatMap(List::stream)
			.filter((message) -> message.event() instanceof HistoryEvent.Command)
			.map(ToOrchestration::id)
			.toList();
		if (commands.isEmpty()) {
			return groups;
		}
		// Also keeps a command from being taken twice that is twice in one batch.
		Set<String> known = new HashSet<>(this.store.received(commands));
		Map<String, List<ToOrchestration>> fresh = new LinkedHashMap<>();
		groups.forEach((id, messages) -> {
			List<ToOrchestration> rest = messages.stream().filter((message) -> known.add(message.id())).toList();
			if (!rest.isEmpty()) {
				fresh.put(id, rest);
			}
		});
		return fresh;
	}

	// --- Load and step

	private List<InstanceWork> step(Map<String, List<ToOrchestration>> groups, Set<String> lost) {
		InstanceLoader.Loaded loaded = new InstanceLoader.Loaded();
		List<InstanceWork> works = new ArrayList<>(groups.size());
		Instant now = now();
		try {
			this.loader.load(groups, loaded, now);
			loaded.unreadable
				.forEach((id, messages) -> deadLetter(messages, "The history of instance '" + id + "' cannot be read"));
			fail(loaded.failed, lost);
			for (InstanceWork ended : loaded.ended) {
				add(ended, groups, works, lost);
			}
			for (InstanceLoader.Late late : loaded.late) {
				takeLate(late, groups, now, works, lost);
			}
			List<PayloadHolder> lateValues = new ArrayList<>();
			List<Parked> idle = new ArrayList<>();
			for (Map.Entry<String, List<ToOrchestration>> group : groups.entrySet()) {
				Parked parked = loaded.executions.get(group.getKey());
				if (parked != null) {
					step(parked, currentOnly(parked, group.getValue(), lateValues), now, works, idle);
				}
			}
			this.lateValues.remove(lateValues);
			// At last: nothing closes what is in the cache.
			idle.forEach(this.cache::put);
			return works;
		}
		catch (RuntimeException | Error ex) {
			loaded.executions.values().forEach(Parked::close);
			works.forEach((work) -> work.execution().close());
			throw ex;
		}
	}

	private void takeLate(InstanceLoader.Late late, Map<String, List<ToOrchestration>> groups, Instant now,
			List<InstanceWork> works, Set<String> lost) {
		try {
			this.lateMessages.take(late, now).ifPresent((rewound) -> add(rewound, groups, works, lost));
		}
		catch (InstanceAlreadyExistsException ex) {
			// Somebody started it meanwhile: the messages are for that one.
			lost.add(ex.instanceId());
		}
	}

	/** Messages that a step does not take in find what it makes of the instance. */
	private static void add(InstanceWork work, Map<String, List<ToOrchestration>> groups, List<InstanceWork> works,
			Set<String> lost) {
		String id = work.head().id();
		works.add(work);
		if (groups.getOrDefault(id, List.of()).size() > work.messages().size()) {
			lost.add(id);
		}
	}

	private void step(Parked parked, List<ToOrchestration> messages, Instant now, List<InstanceWork> works,
			List<Parked> idle) {
		if (messages.isEmpty()) {
			idle.add(parked);
		}
		else {
			works.add(InstanceWork.step(parked.head(), parked.execution(), messages, now, this.blocked));
		}
	}

	/** Stores that instances have failed which this node must not run. */
	private void fail(List<StepCommit> steps, Set<String> lost) {
		if (!steps.isEmpty()) {
			Instant now = now();
			Set<String> leftOut = this.store
				.commit(new StepBatch(steps, UUID.randomUUID().toString(), now, now, List.of()))
				.leftOut();
			lost.addAll(leftOut);
			this.listeners
				.stepsCommitted(steps.stream().filter((step) -> !leftOut.contains(step.head().id())).toList());
		}
	}

	private List<ToOrchestration> currentOnly(Parked parked, List<ToOrchestration> messages,
			List<PayloadHolder> lateValues) {
		List<ToOrchestration> kept = new ArrayList<>(messages.size());
		for (ToOrchestration message : messages) {
			if (parked.concerns(message)) {
				kept.add(message);
			}
			else {
				logger.debug("Dropped {}: it is for an earlier execution", message);
				this.listeners.messageDropped(message, "earlier-execution");
				LateValues.of(message, parked.head().executionId()).ifPresent(lateValues::add);
			}
		}
		return kept;
	}

	private void deadLetter(List<ToOrchestration> messages, String reason) {
		for (ToOrchestration message : messages) {
			this.transport.deadLetter(message, reason);
			this.listeners.messageDeadLettered(message, reason);
		}
	}

	// --- Commit and send

	/** Commits works that change something; notes the instances to try again. */
	private void commit(List<InstanceWork> works, Set<String> lost) {
		Map<Boolean, List<InstanceWork>> parts = works.stream()
			.collect(Collectors.partitioningBy(InstanceWork::isUnchanged));
		Map<String, List<InstanceHead>> orphans;
		try {
			orphans = orphans(works);
			lost.addAll(parkUnchanged(parts.getOrDefault(true, List.of())));
		}
		catch (RuntimeException | Error ex) {
			works.forEach((work) -> work.execution().close());
			throw ex;
		}
		commitChanged(parts.getOrDefault(false, List.of()), orphans, lost);
	}

	/**
	 * Parks executions to which their messages mean nothing. That is worth something only
	 * of the execution as it is stored: an instance may have gone on elsewhere and come
	 * back. No commit checks the version here, so this does.
	 */
	private Set<String> parkUnchanged(List<InstanceWork> works) {
		Set<String> outdated = new HashSet<>();
		if (works.isEmpty()) {
			return outdated;
		}
		Set<InstanceHead> stored = new HashSet<>(
				this.store.load(works.stream().map((work) -> work.head().id()).toList()));
		for (InstanceWork work : works) {
			if (stored.contains(work.head())) {
				park(work.head(), work.execution());
			}
			else {
				work.execution().close();
				outdated.add(work.head().id());
			}
		}
		return outdated;
	}

	private void commitChanged(List<InstanceWork> works, Map<String, List<InstanceHead>> orphans, Set<String> lost) {
		if (works.isEmpty()) {
			return;
		}
		Instant now = now();
		List<StepCommit> steps = works.stream()
			.map((work) -> work.commit(now, this.relay, orphans.getOrDefault(work.head().id(), List.of())))
			.toList();
		List<String> sent = this.relay.takeSent();
		StepBatch batch = new StepBatch(steps, UUID.randomUUID().toString(), now, now.plus(this.settings.claimTime()),
				sent);
		Unstored unstored;
		try {
			unstored = this.store.commit(batch);
		}
		catch (StoreUnavailableException | Error ex) {
			this.relay.giveBackSent(sent);
			works.forEach((work) -> work.execution().close());
			throw ex;
		}
		catch (RuntimeException ex) {
			this.relay.giveBackSent(sent);
			isolate(works, orphans, lost, ex);
			return;
		}
		lost.addAll(unstored.leftOut());
		committed(works, batch, unstored, lost);
	}

	/** The children that have to be terminated because their parents are. */
	private Map<String, List<InstanceHead>> orphans(List<InstanceWork> works) {
		List<String> terminated = works.stream()
			.filter(InstanceWork::endsItsChildren)
			.map((work) -> work.head().id())
			.toList();
		return terminated.isEmpty() ? Map.of()
				: this.queries.children(terminated)
					.stream()
					.filter((child) -> child.parent() != null && !child.status().isFinished())
					.collect(Collectors.groupingBy((child) -> child.parent().instanceId()));
	}

	/** Halves a batch that cannot be stored until what is wrong with it is alone. */
	private void isolate(List<InstanceWork> works, Map<String, List<InstanceHead>> orphans, Set<String> lost,
			RuntimeException failure) {
		if (works.size() == 1) {
			poison(works.get(0), lost, failure);
			return;
		}
		int half = works.size() / 2;
		List<InstanceWork> second = works.subList(half, works.size());
		try {
			commitChanged(works.subList(0, half), orphans, lost);
		}
		catch (RuntimeException ex) {
			second.forEach((work) -> work.execution().close());
			throw ex;
		}
		commitChanged(second, orphans, lost);
	}

	private void poison(InstanceWork work, Set<String> lost, RuntimeException failure) {
		work.execution().close();
		logger.error("A step of instance '{}' cannot be stored; the instance fails", work.head().id(), failure);
		FailureDetails details = FailureDetails.of(failure, this.settings.failureStackTraces());
		Instant now = now();
		StepBatch batch = new StepBatch(List.of(work.poisoned(now, details)), UUID.randomUUID().toString(), now, now,
				List.of());
		try {
			Set<String> conflicts = this.store.commit(batch).leftOut();
			if (conflicts.isEmpty()) {
				this.listeners.stepsCommitted(batch.steps());
			}
			// Somebody else was faster: the messages may mean something to what is there
			// now.
			lost.addAll(conflicts);
		}
		catch (StoreUnavailableException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			logger.error("The failure of instance '{}' cannot be stored either; its messages are put aside",
					work.head().id(), ex);
			deadLetter(work.messages(), "A step cannot be stored: " + failure);
		}
	}

	private void committed(List<InstanceWork> works, StepBatch batch, Unstored unstored, Set<String> lost) {
		List<Message> messages = new ArrayList<>();
		List<StepCommit> stored = new ArrayList<>(works.size());
		for (int i = 0; i < works.size(); i++) {
			InstanceWork work = works.get(i);
			StepCommit step = batch.steps().get(i);
			if (unstored.leftOut().contains(work.head().id())) {
				work.execution().close();
				continue;
			}
			if (!work.result().unmet().isEmpty()) {
				lost.add(work.head().id());
			}
			stored.add(step);
			logFailure(work, step);
			messages.addAll(step.messages());
			step.outgoing().starts().forEach((start) -> messages.addAll(sentFor(start, step.now(), unstored.taken())));
			step.outgoing().timers().forEach(this.relay::accept);
			this.relay.forget(step.outgoing().removedTimers());
			park(step.nextHead(), work.execution());
		}
		if (!messages.isEmpty()) {
			this.relay.accept(new OutboxEntry(batch.outboxId(), batch.now(), batch.claimedUntil(), messages));
		}
		this.listeners.stepsCommitted(stored);
	}

	private static List<Message> sentFor(StepCommit.Start start, Instant now, Set<String> taken) {
		if (taken.contains(start.instance().executionId())) {
			return (start.ifTaken() != null) ? List.of(start.ifTaken()) : List.of();
		}
		// One that is due later has an entry of its own, which a poll finds.
		return start.isLater(now) ? List.of() : List.of(start.message());
	}

	// The type only: a message may hold what nobody is to read in a log.
	private static void logFailure(InstanceWork work, StepCommit step) {
		FailureDetails failure = step.failure();
		if (failure != null && step.status() != InstanceStatus.TERMINATED && step.status() != work.head().status()) {
			logger.warn("Instance '{}' of orchestrator '{}' is {} now: {}", work.head().id(), work.head().name(),
					step.status(), failure.type());
		}
	}

	private void park(InstanceHead head, Execution execution) {
		if (execution.isOpen()) {
			this.cache.put(new Parked(head, execution));
		}
	}

	private Instant now() {
		return this.clock.instant().truncatedTo(ChronoUnit.MICROS);
	}

}
