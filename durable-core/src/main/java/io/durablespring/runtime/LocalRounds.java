package io.durablespring.runtime;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

import io.durablespring.InstanceStatus;
import io.durablespring.history.Message.ToOrchestration;
import io.durablespring.runtime.ExecutionCache.Parked;
import org.jspecify.annotations.Nullable;

/**
 * The rounds of one batch: local calls run between them, and their outcomes are the
 * messages of the next round. Used by one thread at a time.
 * <p>
 * A step whose local calls are all that comes of it need not be stored before these run:
 * what has led to it is not acknowledged yet, so after a crash it is done again. It waits
 * here, and is stored together with what its calls return. Once a step has taken in an
 * outcome that is to be a checkpoint, it is stored before any other call begins; what is
 * open then is looked after by an outbox entry: should this node die, another one sends
 * it, and who gets that has the calls run.
 */
final class LocalRounds {

	private static final int MOST_EVENTS = 1000;

	private final LocalCalls calls;

	private final ActivityRunner runner;

	/** Steps that wait for their calls and are not stored, by instance. */
	private final Map<String, InstanceWork> held = new LinkedHashMap<>();

	/** Executions that are stored and wait for their calls, by instance. */
	private final Map<String, Parked> parked = new LinkedHashMap<>();

	/** Instances whose step has waited for too long. */
	private final Set<String> overdue = new LinkedHashSet<>();

	/** The entries that look after executions, by their ids. */
	private final Map<String, LocalEntry> entries = new HashMap<>();

	private final Set<LocalEntry> ownEntries = new LinkedHashSet<>();

	LocalRounds(LocalCalls calls, ActivityRunner runner) {
		this.calls = calls;
		this.runner = runner;
	}

	/** The step of an instance that waits here, {@code null} if there is none. */
	@Nullable InstanceWork held(String instanceId) {
		return this.held.get(instanceId);
	}

	/**
	 * Parks an execution here if it has calls that this batch waits for.
	 * @return whether it is here
	 */
	boolean park(Parked execution, InstanceWork work) {
		if (work.local().runs().isEmpty()) {
			return false;
		}
		this.parked.put(execution.head().id(), execution);
		return true;
	}

	/** The execution of an instance that is parked here, {@code null} if none is. */
	@Nullable Parked unpark(String instanceId) {
		return this.parked.remove(instanceId);
	}

	/** The executions whose calls this batch does not wait for any more. */
	List<Parked> rest() {
		List<Parked> rest = List.copyOf(this.parked.values());
		this.parked.clear();
		return rest;
	}

	/** Steps that have waited for too long and for which nothing has come. */
	List<InstanceWork> overdue(Set<String> stepped) {
		List<InstanceWork> works = new ArrayList<>();
		for (String id : this.overdue) {
			InstanceWork work = this.held.get(id);
			if (work != null && !stepped.contains(id)) {
				works.add(work);
			}
		}
		return works;
	}

	/**
	 * Keeps the steps that can wait for their calls, and starts those.
	 * @return the others, which are to be stored now
	 */
	List<InstanceWork> hold(List<InstanceWork> works) {
		List<InstanceWork> ready = new ArrayList<>(works.size());
		List<LocalRun> runs = new ArrayList<>();
		boolean over = this.calls.isOver();
		for (InstanceWork work : works) {
			String id = work.head().id();
			if (!over && mayWait(work)) {
				this.held.put(id, work);
				work.local().open().stream().filter((run) -> !run.hasJoined()).forEach(runs::add);
			}
			else {
				this.held.remove(id);
				if (!work.local().open().isEmpty() && (over || this.overdue.contains(id) || !this.calls.hasRoom())) {
					work.local().open().forEach(this.calls::withdraw);
				}
				ready.add(work);
			}
		}
		this.overdue.clear();
		this.calls.start(runs);
		return ready;
	}

	private boolean mayWait(InstanceWork work) {
		LocalPart local = work.local();
		return !local.open().isEmpty() && !this.overdue.contains(work.head().id()) && work.rewound() == null
				&& work.execution().isOpen() && work.result().status() == InstanceStatus.RUNNING
				&& work.result().isSilent() && work.result().events().size() < MOST_EVENTS
				&& local.done().stream().noneMatch(LocalRun::checkpoint)
				// What those keep must find the call on record.
				&& local.open().stream().noneMatch((run) -> this.runner.isTransactional(run.message()));
	}

	/** Whether a stored entry looks after an execution as long as this batch lasts. */
	boolean looksAfter(InstanceWork work) {
		return this.entries.containsKey(work.execution().key().executionId());
	}

	/** An entry is stored. */
	void stored(LocalEntry entry) {
		this.ownEntries.add(entry);
	}

	/**
	 * A step is stored.
	 * @param entry the entry with what it has as a fallback, {@code null} if there is
	 * none
	 * @param runs takes the calls to start when all of the commit is known
	 */
	void stored(InstanceWork work, @Nullable LocalEntry entry, List<LocalRun> runs) {
		work.local().done().forEach(this.calls::settle);
		List<LocalRun> open = work.local().runs();
		if (open.isEmpty()) {
			return;
		}
		String executionId = work.execution().key().executionId();
		LocalEntry keeper = work.goesOn() ? this.entries.computeIfAbsent(executionId, (id) -> entry) : entry;
		for (LocalRun run : open) {
			this.calls.stored(run, keeper, runs);
		}
	}

	/** A step is not stored: nothing of it has happened. */
	void lost(InstanceWork work) {
		this.held.remove(work.head().id());
		work.local().open().forEach(this.calls::discard);
	}

	/** A step cannot be stored, and never will. */
	void poisoned(InstanceWork work) {
		lost(work);
		work.local().done().forEach(this.calls::settle);
	}

	/** Outcomes that mean nothing to their instances, or are stored, are done with. */
	void taken(Map<String, List<ToOrchestration>> groups, Set<String> again) {
		groups.forEach((id, messages) -> {
			if (!again.contains(id) && !this.held.containsKey(id)) {
				this.calls.taken(messages);
			}
		});
	}

	/** The calls whose outcome messages are. */
	List<LocalRun> runsOf(List<ToOrchestration> messages) {
		return this.calls.runsOf(messages);
	}

	/** Runs the rounds of a batch of one instance, as {@link LocalCalls#drive} does. */
	boolean drive(BooleanSupplier round) {
		return this.calls.drive(round);
	}

	/** Starts calls that are stored. */
	void start(List<LocalRun> runs) {
		this.calls.start(runs);
	}

	/** Whether nothing is left to do. */
	boolean isIdle() {
		return this.held.isEmpty() && this.calls.isIdle();
	}

	/**
	 * Waits for calls, not for long. Steps that still wait then wait no longer.
	 * @return the outcomes by instance
	 */
	Map<String, List<ToOrchestration>> await() {
		Map<String, List<ToOrchestration>> groups = this.calls.await();
		this.held.forEach((id, work) -> {
			if (work.local().open().stream().anyMatch(this.calls::isUnfinished)) {
				this.overdue.add(id);
			}
		});
		return groups;
	}

	/** The batch is done. */
	void close() {
		this.calls.close();
		this.ownEntries.forEach(LocalEntry::release);
	}

	/**
	 * The batch has failed and is delivered again. What is stored of it goes on by
	 * itself, the rest has not happened.
	 */
	void abandon() {
		this.held.values().forEach((work) -> work.execution().close());
		this.held.clear();
		rest().forEach(Parked::close);
		this.calls.abandon();
		// Nobody knows what the store has taken of the last round.
		this.ownEntries.forEach(LocalEntry::abandon);
	}

}
