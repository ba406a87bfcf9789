package io.durablespring.runtime;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.durablespring.InstanceAlreadyExistsException;
import io.durablespring.StoreUnavailableException;
import io.durablespring.engine.Execution;
import io.durablespring.engine.StepResult;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import io.durablespring.history.Message.ToOrchestration;
import io.durablespring.runtime.ExecutionCache.Parked;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.OrchestrationStore;
import io.durablespring.spi.OutboxEntry;
import io.durablespring.spi.PayloadHolder;
import io.durablespring.spi.RuntimeListener;
import org.jspecify.annotations.Nullable;
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

	/**
	 * So many bytes of new history and messages are written at once. A batch may be of
	 * hundreds of instances, each of which calls ten thousand activities.
	 */
	private static final long MOST_AT_ONCE = 8 * 1024 * 1024;

	private final InstanceLoader loader;

	private final LateMessages lateMessages;

	private final LocalActivities local;

	private final OrchestrationStore store;

	private final LateValues lateValues;

	private final UnreadableHistories unreadable;

	private final StepCommitter committer;

	private final ExecutionCache cache;

	private final StepThreads threads;

	private final RuntimeListener listeners;

	private final Clock clock;

	OrchestrationWorker(InstanceLoader loader, LateMessages lateMessages, LocalActivities local, OutboxRelay relay,
			ExecutionCache cache, StepThreads threads, RuntimeListener listeners, RuntimePorts ports,
			RuntimeSettings settings) {
		this.loader = loader;
		this.lateMessages = lateMessages;
		this.local = local;
		this.cache = cache;
		this.threads = threads;
		this.listeners = listeners;
		this.store = ports.store();
		this.lateValues = new LateValues(ports.store());
		DeadLetters deadLetters = new DeadLetters(ports.transport(), listeners);
		this.unreadable = new UnreadableHistories(loader, deadLetters);
		this.committer = new StepCommitter(relay, cache, deadLetters, listeners, ports, settings);
		this.clock = ports.clock();
	}

	/**
	 * Processes messages; their consequence is durable on return.
	 * @throws StoreUnavailableException if they must be delivered again
	 */
	void process(List<ToOrchestration> messages) {
		Map<String, List<ToOrchestration>> groups = messages.stream()
			.collect(Collectors.groupingBy(ToOrchestration::instanceId, LinkedHashMap::new, Collectors.toList()));
		LocalRounds rounds = this.local.rounds(groups.size());
		try {
			process(groups, rounds);
			rounds.close();
			rounds.rest().forEach(this.cache::put);
		}
		catch (RuntimeException | Error ex) {
			rounds.abandon();
			throw ex;
		}
	}

	private void process(Map<String, List<ToOrchestration>> messages, LocalRounds rounds) {
		Batch batch = new Batch(messages, rounds);
		boolean more = batch.round();
		if (more && messages.size() == 1) {
			more = !rounds.drive(batch::round);
		}
		while (more) {
			more = batch.round();
		}
	}

	/** The rounds of a batch, one after the other, on one thread at a time. */
	private final class Batch {

		private final LocalRounds rounds;

		private Map<String, List<ToOrchestration>> groups;

		private int conflicts;

		Batch(Map<String, List<ToOrchestration>> groups, LocalRounds rounds) {
			this.groups = groups;
			this.rounds = rounds;
		}

		/** Whether there is another one. */
		boolean round() {
			if (this.conflicts > MAX_CONFLICTS) {
				throw new StoreUnavailableException(
						"Another node keeps changing the instances " + this.groups.keySet() + " at the same time",
						null);
			}
			if (this.groups.isEmpty()) {
				// Whoever is stopped here can be followed by another thread.
				this.groups = this.rounds.await();
			}
			Set<String> lost = new HashSet<>();
			List<InstanceWork> works = new ArrayList<>(this.rounds.overdue(this.groups.keySet()));
			works.addAll(step(dropReceived(this.groups), this.rounds, lost));
			OrchestrationWorker.this.committer.commit(this.rounds.hold(works), this.rounds, lost);
			this.rounds.taken(this.groups, lost);
			Map<String, List<ToOrchestration>> again = again(this.groups, works, lost);
			this.conflicts = (again.isEmpty() || again.size() < this.groups.size()) ? 0 : this.conflicts + 1;
			this.groups = again;
			return !again.isEmpty() || !this.rounds.isIdle();
		}

	}

	/** What is to be stepped once more. */
	private static Map<String, List<ToOrchestration>> again(Map<String, List<ToOrchestration>> groups,
			List<InstanceWork> works, Set<String> lost) {
		if (lost.isEmpty()) {
			return Map.of();
		}
		Map<String, List<ToOrchestration>> again = new LinkedHashMap<>(groups);
		again.keySet().retainAll(lost);
		works.stream()
			.filter((work) -> lost.contains(work.head().id()) && !work.local().isEmpty())
			.forEach((work) -> again.put(work.head().id(), work.again()));
		return again;
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

	private List<InstanceWork> step(Map<String, List<ToOrchestration>> all, LocalRounds rounds, Set<String> lost) {
		InstanceLoader.Loaded loaded = new InstanceLoader.Loaded();
		List<InstanceWork> works = new ArrayList<>(all.size());
		Instant now = now();
		try {
			Map<String, List<ToOrchestration>> groups = stepHeld(all, rounds, now, works);
			if (groups.isEmpty()) {
				return works;
			}
			this.loader.load(groups, loaded, now);
			for (InstanceLoader.Unreadable unreadable : loaded.unreadable) {
				this.unreadable.take(unreadable, now).ifPresent(works::add);
			}
			this.committer.fail(loaded.failed, lost);
			for (InstanceWork ended : loaded.ended) {
				add(ended, groups, works, lost);
			}
			for (InstanceLoader.Late late : loaded.late) {
				takeLate(late, groups, now, works, lost);
			}
			Stepping stepping = new Stepping(groups, loaded.executions, rounds, now, works, lost);
			this.threads.run(stepping,
					loaded.executions.values().stream().anyMatch((parked) -> !parked.execution().parks()));
			dropOutdated(works, loaded.cached, rounds, lost);
			this.lateValues.remove(stepping.lateValues);
			sendCalls(stepping.calls, now);
			// At last: nothing closes what is in the cache.
			stepping.idle.forEach(this.cache::put);
			return works;
		}
		catch (RuntimeException | Error ex) {
			loaded.executions.values().forEach(Parked::close);
			works.forEach((work) -> work.execution().close());
			throw ex;
		}
	}

	/**
	 * Goes on with steps and executions that have waited for local calls.
	 * @return the messages for other instances
	 */
	private Map<String, List<ToOrchestration>> stepHeld(Map<String, List<ToOrchestration>> groups, LocalRounds rounds,
			Instant now, List<InstanceWork> works) {
		Map<String, List<ToOrchestration>> others = new LinkedHashMap<>();
		groups.forEach((id, messages) -> {
			InstanceWork held = rounds.held(id);
			Parked parked = rounds.unpark(id);
			if (held != null) {
				works.add(held.then(messages, rounds.runsOf(messages), now, this.threads));
			}
			else if (parked != null && messages.stream().allMatch(parked::concerns)) {
				works.add(InstanceWork.step(parked, messages, rounds.runsOf(messages), now, this.threads));
			}
			else {
				if (parked != null) {
					this.cache.put(parked);
				}
				others.put(id, messages);
			}
		});
		return others;
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

	/**
	 * Leaves out steps that would have local calls run for a state that is past: an
	 * instance may have gone on elsewhere and come back. A commit finds that, but such
	 * calls can begin before.
	 */
	private void dropOutdated(List<InstanceWork> works, Set<String> cached, LocalRounds rounds, Set<String> lost) {
		List<InstanceWork> doubtful = works.stream()
			.filter((work) -> cached.contains(work.head().id()) && !work.local().open().isEmpty())
			.toList();
		if (doubtful.isEmpty()) {
			return;
		}
		Set<InstanceHead> stored = new HashSet<>(
				this.store.load(doubtful.stream().map((work) -> work.head().id()).toList()));
		for (InstanceWork work : doubtful) {
			if (!stored.contains(work.head())) {
				work.execution().close();
				rounds.lost(work);
				works.remove(work);
				lost.add(work.head().id());
			}
		}
	}

	/** The steps of a batch, in the order of their messages. */
	private final class Stepping implements StepThreads.Steps {

		private final List<PayloadHolder> lateValues = new ArrayList<>();

		private final List<Parked> idle = new ArrayList<>();

		private final List<Message> calls = new ArrayList<>();

		private final Iterator<Map.Entry<String, List<ToOrchestration>>> groups;

		private final Map<String, Parked> executions;

		private final LocalRounds rounds;

		private final Instant now;

		private final List<InstanceWork> works;

		private final Set<String> lost;

		private Function<StepResult, InstanceWork> work = (result) -> {
			throw new IllegalStateException("No step has begun");
		};

		private long weight;

		Stepping(Map<String, List<ToOrchestration>> groups, Map<String, Parked> executions, LocalRounds rounds,
				Instant now, List<InstanceWork> works, Set<String> lost) {
			this.groups = groups.entrySet().iterator();
			this.executions = executions;
			this.rounds = rounds;
			this.now = now;
			this.works = works;
			this.lost = lost;
		}

		@Override
		public StepThreads.@Nullable Step next() {
			while (this.groups.hasNext()) {
				Map.Entry<String, List<ToOrchestration>> group = this.groups.next();
				Parked parked = this.executions.get(group.getKey());
				if (parked != null && this.weight >= MOST_AT_ONCE) {
					this.idle.add(parked);
					this.lost.add(group.getKey());
				}
				else if (parked != null) {
					List<ToOrchestration> messages = withoutWakeUps(parked,
							currentOnly(parked, group.getValue(), this.lateValues), this.calls);
					if (!messages.isEmpty()) {
						return step(parked, messages);
					}
					this.idle.add(parked);
				}
			}
			return null;
		}

		private StepThreads.Step step(Parked parked, List<ToOrchestration> messages) {
			Execution execution = parked.execution();
			List<HistoryEvent> events = messages.stream().map(ToOrchestration::event).toList();
			int firstSequence = execution.historySize();
			// Not this batch, which a thread that is lost in the step would keep.
			Instant time = this.now;
			this.work = (result) -> InstanceWork.stepped(parked, messages, firstSequence, this.rounds.runsOf(messages),
					result);
			return new StepThreads.Step(execution, () -> execution.step(time, events));
		}

		@Override
		public void done(StepResult result) {
			this.works.add(this.work.apply(result));
			this.weight += MessageWeight.of(result);
		}

	}

	/**
	 * Takes out messages that only wake an instance: the node that was to run its local
	 * calls has died, so these are sent now, like any others.
	 */
	private static List<ToOrchestration> withoutWakeUps(Parked parked, List<ToOrchestration> messages,
			List<Message> calls) {
		if (messages.stream().noneMatch(ToOrchestration::wakesUp)) {
			return messages;
		}
		calls.addAll(parked.execution().openLocalCalls());
		return messages.stream().filter((message) -> !message.wakesUp()).toList();
	}

	/**
	 * By way of an entry that nobody has: who finds it sends it as something that may
	 * have been sent before, so calls are checked whose outcome has come meanwhile.
	 */
	private void sendCalls(List<Message> calls, Instant now) {
		if (!calls.isEmpty()) {
			this.store.enqueue(new OutboxEntry(UUID.randomUUID().toString(), now, null, calls), List.of(), () -> {
			});
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

	private Instant now() {
		return this.clock.instant().truncatedTo(ChronoUnit.MICROS);
	}

}
