package io.durablespring.runtime;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import io.durablespring.FailureDetails;
import io.durablespring.InstanceStatus;
import io.durablespring.engine.Execution;
import io.durablespring.engine.ExecutionKey;
import io.durablespring.engine.OrchestrationEngine;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import io.durablespring.history.Message.ToOrchestration;
import io.durablespring.runtime.ExecutionCache.Parked;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.OrchestrationStore;
import io.durablespring.spi.OrchestrationStore.StepBatch;
import io.durablespring.spi.OutboxEntry;
import io.durablespring.spi.RuntimeListener;
import io.durablespring.spi.StepCommit;
import io.durablespring.spi.StoreUnavailableException;
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

	private final OrchestrationEngine engine;

	private final Invocations invocations;

	private final OrchestrationStore store;

	private final Transport transport;

	private final OutboxRelay relay;

	private final ExecutionCache cache;

	private final RuntimeListener listeners;

	private final Clock clock;

	private final RuntimeSettings settings;

	OrchestrationWorker(OrchestrationEngine engine, Invocations invocations, OutboxRelay relay, ExecutionCache cache,
			RuntimeListener listeners, RuntimePorts ports, RuntimeSettings settings) {
		this.engine = engine;
		this.invocations = invocations;
		this.relay = relay;
		this.cache = cache;
		this.listeners = listeners;
		this.store = ports.store();
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
			List<InstanceWork> works = step(dropReceived(groups));
			Set<String> lost = commit(works);
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
		Set<String> known = commands.isEmpty() ? Set.of() : new HashSet<>(this.store.received(commands));
		if (known.isEmpty()) {
			return groups;
		}
		Map<String, List<ToOrchestration>> fresh = new LinkedHashMap<>();
		groups.forEach((id, messages) -> {
			List<ToOrchestration> rest = messages.stream().filter((message) -> !known.contains(message.id())).toList();
			if (!rest.isEmpty()) {
				fresh.put(id, rest);
			}
		});
		return fresh;
	}

	// --- Load and step

	private List<InstanceWork> step(Map<String, List<ToOrchestration>> groups) {
		Map<String, Parked> executions = new HashMap<>();
		List<InstanceWork> works = new ArrayList<>(groups.size());
		try {
			loadInto(executions, groups);
			Instant now = now();
			for (Map.Entry<String, List<ToOrchestration>> group : groups.entrySet()) {
				Parked parked = executions.get(group.getKey());
				if (parked == null) {
					continue;
				}
				List<ToOrchestration> current = currentOnly(parked, group.getValue());
				if (current.isEmpty()) {
					executions.remove(group.getKey());
					this.cache.put(parked);
				}
				else {
					works.add(InstanceWork.step(parked.head(), parked.execution(), current, now));
				}
			}
			return works;
		}
		catch (RuntimeException | Error ex) {
			executions.values().forEach(Parked::close);
			throw ex;
		}
	}

	private void loadInto(Map<String, Parked> executions, Map<String, List<ToOrchestration>> groups) {
		List<String> missing = new ArrayList<>();
		for (String id : groups.keySet()) {
			Parked parked = this.cache.take(id);
			if (parked != null && groups.getOrDefault(id, List.of()).stream().allMatch(parked::concerns)) {
				executions.put(id, parked);
				continue;
			}
			if (parked != null) {
				// The instance was started again meanwhile, or the message is old: the
				// store knows.
				parked.close();
			}
			missing.add(id);
		}
		if (missing.isEmpty()) {
			return;
		}
		Map<String, InstanceHead> heads = this.store.load(missing)
			.stream()
			.collect(Collectors.toMap(InstanceHead::id, (head) -> head));
		List<InstanceHead> withHistory = heads.values()
			.stream()
			.filter((head) -> head.status() != InstanceStatus.PENDING && !head.status().isFinished())
			.toList();
		Map<String, List<HistoryEvent>> histories = withHistory.isEmpty() ? Map.of()
				: this.store.histories(withHistory);
		for (String id : missing) {
			InstanceHead head = heads.get(id);
			List<ToOrchestration> messages = groups.getOrDefault(id, List.of());
			if (head == null) {
				drop(messages, "unknown-instance");
			}
			else if (head.status().isFinished()) {
				drop(messages, "finished-instance");
			}
			else if (head.status() == InstanceStatus.PENDING || histories.containsKey(id)) {
				executions.put(id, new Parked(head, newExecution(head, histories.getOrDefault(id, List.of()))));
			}
			else {
				deadLetter(messages, "The history of instance '" + id + "' cannot be read");
			}
		}
	}

	private Execution newExecution(InstanceHead head, List<HistoryEvent> history) {
		return this.engine.execution(new ExecutionKey(head.id(), head.executionId(), head.name()),
				this.invocations.orchestrator(head.name()), history);
	}

	private List<ToOrchestration> currentOnly(Parked parked, List<ToOrchestration> messages) {
		List<ToOrchestration> kept = new ArrayList<>(messages.size());
		for (ToOrchestration message : messages) {
			if (parked.concerns(message)) {
				kept.add(message);
			}
			else {
				drop(List.of(message), "earlier-execution");
			}
		}
		return kept;
	}

	private void drop(List<ToOrchestration> messages, String reason) {
		for (ToOrchestration message : messages) {
			logger.debug("Dropped {}: {}", message, reason);
			this.listeners.messageDropped(message, reason);
		}
	}

	private void deadLetter(List<ToOrchestration> messages, String reason) {
		for (ToOrchestration message : messages) {
			this.transport.deadLetter(message, reason);
			this.listeners.messageDeadLettered(message, reason);
		}
	}

	// --- Commit and send

	/** Commits works that change something; returns the instances to try again. */
	private Set<String> commit(List<InstanceWork> works) {
		Map<Boolean, List<InstanceWork>> parts = works.stream()
			.collect(Collectors.partitioningBy(InstanceWork::isUnchanged));
		Set<String> lost;
		try {
			lost = parkUnchanged(parts.getOrDefault(true, List.of()));
		}
		catch (RuntimeException | Error ex) {
			works.forEach((work) -> work.execution().close());
			throw ex;
		}
		commit(parts.getOrDefault(false, List.of()), lost);
		return lost;
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

	private void commit(List<InstanceWork> works, Set<String> lost) {
		if (works.isEmpty()) {
			return;
		}
		Instant now = now();
		List<StepCommit> steps = works.stream().map((work) -> work.commit(now, this.relay)).toList();
		List<String> sent = this.relay.takeSent();
		StepBatch batch = new StepBatch(steps, UUID.randomUUID().toString(), now, now.plus(this.settings.claimTime()),
				sent);
		Set<String> conflicts;
		try {
			conflicts = this.store.commit(batch);
		}
		catch (StoreUnavailableException | Error ex) {
			this.relay.giveBackSent(sent);
			works.forEach((work) -> work.execution().close());
			throw ex;
		}
		catch (RuntimeException ex) {
			this.relay.giveBackSent(sent);
			isolate(works, lost, ex);
			return;
		}
		lost.addAll(conflicts);
		committed(works, batch, conflicts);
	}

	/** Halves a batch that cannot be stored until what is wrong with it is alone. */
	private void isolate(List<InstanceWork> works, Set<String> lost, RuntimeException failure) {
		if (works.size() == 1) {
			poison(works.get(0), lost, failure);
			return;
		}
		int half = works.size() / 2;
		List<InstanceWork> second = works.subList(half, works.size());
		try {
			commit(works.subList(0, half), lost);
		}
		catch (RuntimeException ex) {
			second.forEach((work) -> work.execution().close());
			throw ex;
		}
		commit(second, lost);
	}

	private void poison(InstanceWork work, Set<String> lost, RuntimeException failure) {
		work.execution().close();
		logger.error("A step of instance '{}' cannot be stored; the instance fails", work.head().id(), failure);
		FailureDetails details = FailureDetails.of(failure, this.settings.failureStackTraces());
		Instant now = now();
		StepBatch batch = new StepBatch(List.of(work.poisoned(now, details)), UUID.randomUUID().toString(), now, now,
				List.of());
		try {
			Set<String> conflicts = this.store.commit(batch);
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

	private void committed(List<InstanceWork> works, StepBatch batch, Set<String> lost) {
		List<Message> messages = new ArrayList<>();
		List<StepCommit> stored = new ArrayList<>(works.size());
		for (int i = 0; i < works.size(); i++) {
			InstanceWork work = works.get(i);
			StepCommit step = batch.steps().get(i);
			if (lost.contains(work.head().id())) {
				work.execution().close();
				continue;
			}
			stored.add(step);
			logFailure(work, step);
			messages.addAll(step.messages());
			step.timers().forEach(this.relay::accept);
			this.relay.forget(step.removedTimers());
			InstanceHead head = work.head();
			park(new InstanceHead(head.id(), head.name(), step.status(), head.executionId(), head.rowVersion() + 1),
					work.execution());
		}
		if (!messages.isEmpty()) {
			this.relay.accept(new OutboxEntry(batch.outboxId(), batch.now(), batch.claimedUntil(), messages));
		}
		this.listeners.stepsCommitted(stored);
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
