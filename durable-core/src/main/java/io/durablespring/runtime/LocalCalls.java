package io.durablespring.runtime;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import io.durablespring.history.Message.ToOrchestration;
import io.durablespring.spi.OutboxEntry;
import org.jspecify.annotations.Nullable;

/**
 * The local calls that the steps of one batch have made, from their start until their
 * outcome is safe. Used by the thread that has the rounds of the batch; other threads say
 * that calls have ended.
 */
final class LocalCalls {

	private static final long GROW_MILLIS = 1;

	private final LocalActivities activities;

	private final ActivityWorker worker;

	private final OutboxRelay relay;

	private final LocalSettings settings;

	private final boolean single;

	private final long patience;

	private final long longest;

	private final long begin = System.nanoTime();

	private final Map<ToOrchestration, LocalRun> outcomes = new IdentityHashMap<>();

	private final List<LocalRun> all = new ArrayList<>();

	private @Nullable LocalDriver driver;

	/** A call that has a place and is run by the driver. */
	private @Nullable LocalRun lone;

	// Guarded by this.
	private List<LocalRun> done = new ArrayList<>();

	private int outstanding;

	LocalCalls(LocalActivities activities, ActivityWorker worker, OutboxRelay relay, LocalSettings settings,
			int instances) {
		this.activities = activities;
		this.worker = worker;
		this.relay = relay;
		this.settings = settings;
		this.single = instances == 1;
		this.patience = settings.patience().toNanos();
		this.longest = settings.longest().plus(settings.share().multipliedBy(instances)).toNanos();
	}

	/** Whether the batch has gone on for long enough. */
	boolean isOver() {
		return System.nanoTime() - this.begin >= this.longest;
	}

	/** Whether more calls should run here. */
	boolean hasRoom() {
		return this.activities.hasRoom();
	}

	/**
	 * Runs the rounds of a batch of one instance.
	 * @param round does one; says whether there is another
	 * @return whether none is left; if not, the caller is to go on
	 */
	boolean drive(BooleanSupplier round) {
		LocalDriver own = new LocalDriver(this.patience);
		this.driver = own;
		return own.run(round, this.settings.threads());
	}

	/** Starts calls that are new here. */
	void start(List<LocalRun> runs) {
		if (runs.isEmpty()) {
			return;
		}
		runs.forEach((run) -> run.join(this));
		this.all.addAll(runs);
		synchronized (this) {
			this.outstanding += runs.size();
		}
		if (runs.size() == 1 && isDriven() && this.activities.enter()) {
			this.lone = runs.get(0);
		}
		else {
			this.activities.start(runs);
		}
	}

	/** Whether the next wait is on a thread that may run a call. */
	private boolean isDriven() {
		LocalDriver by = this.driver;
		return this.lone == null && ((by != null) ? by.isHere() : this.single);
	}

	/** Whether nothing is left to wait for or to take in. */
	synchronized boolean isIdle() {
		return this.outstanding == 0 && this.done.isEmpty();
	}

	synchronized boolean isUnfinished(LocalRun run) {
		return !run.isFinished();
	}

	/**
	 * Waits for calls, not for long: those that are stored and take longer go on without
	 * this batch.
	 * @return their outcomes by instance
	 */
	Map<String, List<ToOrchestration>> await() {
		runLone();
		List<LocalRun> ended;
		long deadline = System.nanoTime() + Math.min(this.patience, this.longest - (System.nanoTime() - this.begin));
		synchronized (this) {
			boolean waiting = true;
			while (waiting && this.outstanding > 0) {
				waiting = awaitOne(deadline);
			}
			ended = this.done;
			this.done = new ArrayList<>();
			if (this.outstanding > 0) {
				leaveBehind();
			}
		}
		Map<String, List<ToOrchestration>> groups = new LinkedHashMap<>();
		for (LocalRun run : ended) {
			ToOrchestration outcome = run.outcome();
			if (outcome != null) {
				this.outcomes.put(outcome, run);
				groups.computeIfAbsent(outcome.instanceId(), (id) -> new ArrayList<>()).add(outcome);
			}
		}
		return groups;
	}

	private void runLone() {
		LocalRun run = this.lone;
		LocalDriver by = this.driver;
		this.lone = null;
		if (run != null && by != null && by.isHere()) {
			by.call(() -> this.activities.runHere(run));
		}
		else if (run != null) {
			// There was no thread to drive.
			this.activities.left();
			this.activities.start(List.of(run));
		}
	}

	private boolean awaitOne(long deadline) {
		long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
		if (millis <= 0) {
			return false;
		}
		try {
			wait(Math.min(millis, GROW_MILLIS));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
		if (this.outstanding > 0) {
			this.activities.grow();
		}
		return true;
	}

	private void leaveBehind() {
		for (LocalRun run : this.all) {
			if (!run.isFinished() && !run.isDetached() && run.isStored()) {
				run.detach();
				this.outstanding--;
			}
		}
	}

	/** A call has ended, on whatever thread. */
	void finished(LocalRun run) {
		synchronized (this) {
			run.finished();
			if (!run.isDetached()) {
				if (run.outcome() != null) {
					this.done.add(run);
				}
				if (--this.outstanding == 0) {
					notifyAll();
				}
				if (run.outcome() != null) {
					return;
				}
			}
			else if (!run.isStored()) {
				return;
			}
		}
		deliver(run);
	}

	/** Nobody here takes the outcome in. */
	private void deliver(LocalRun run) {
		ToOrchestration outcome = run.outcome();
		OutboxEntry kept = run.kept();
		if (kept != null) {
			this.relay.accept(kept);
			settle(run, false);
		}
		else if (outcome != null) {
			this.worker.deliver(run, outcome);
		}
		else {
			settle(run);
		}
	}

	/** The outcome of a call is safe. */
	void settle(LocalRun run) {
		settle(run, true);
	}

	private void settle(LocalRun run, boolean removeKept) {
		LocalEntry entry;
		synchronized (this) {
			if (!run.settle()) {
				return;
			}
			entry = run.entry();
		}
		OutboxEntry kept = run.kept();
		if (removeKept && kept != null) {
			this.relay.done(kept.id());
		}
		if (entry != null) {
			entry.release();
		}
	}

	// --- What becomes of them

	/**
	 * A call is stored.
	 * @param entry what looks after it
	 * @param runs takes it if it is to be started
	 */
	synchronized void stored(LocalRun run, @Nullable LocalEntry entry, List<LocalRun> runs) {
		if (entry != null) {
			run.stored(entry);
		}
		if (!run.hasJoined()) {
			runs.add(run);
		}
		else if (!run.isFinished() && !run.isDetached()) {
			// It has had its time.
			run.detach();
			this.outstanding--;
		}
	}

	/** A call that has not begun goes to whoever takes it. */
	void withdraw(LocalRun run) {
		run.withdraw();
		synchronized (this) {
			if (run.isWithdrawn() && run.hasJoined() && !run.isDetached()) {
				run.detach();
				this.outstanding--;
			}
		}
	}

	/** A call was never made. */
	void discard(LocalRun run) {
		run.withdraw();
		synchronized (this) {
			if (run.isFinished()) {
				this.done.remove(run);
			}
			else if (!run.isDetached() && run.hasJoined()) {
				this.outstanding--;
			}
			run.detach();
		}
	}

	/** The calls whose outcome messages are. */
	List<LocalRun> runsOf(List<ToOrchestration> messages) {
		return this.outcomes.isEmpty() ? List.of()
				: messages.stream().filter(this.outcomes::containsKey).map(this.outcomes::get).toList();
	}

	/** What has come needs nobody any more. */
	void taken(List<ToOrchestration> messages) {
		if (this.outcomes.isEmpty()) {
			return;
		}
		for (ToOrchestration message : messages) {
			LocalRun run = this.outcomes.remove(message);
			if (run != null) {
				settle(run);
			}
		}
	}

	/** The batch is done, and so are all outcomes that it has been given. */
	void close() {
		// In the order of the calls, so that the same batch always ends in the same way.
		Set<LocalRun> left = Collections.newSetFromMap(new IdentityHashMap<>());
		left.addAll(this.outcomes.values());
		this.all.stream().filter(left::contains).forEach(this::settle);
	}

	/** The batch has failed: what is stored goes on by itself. */
	void abandon() {
		if (this.lone != null) {
			this.lone = null;
			this.activities.left();
		}
		List<LocalRun> ended = new ArrayList<>();
		synchronized (this) {
			for (LocalRun run : this.all) {
				if (!run.isStored()) {
					run.withdraw();
				}
				else if (run.isFinished() && !run.isDetached() && !run.isSettled()) {
					ended.add(run);
				}
				run.detach();
			}
			this.outstanding = 0;
			this.done.clear();
		}
		ended.forEach(this::deliver);
	}

}
