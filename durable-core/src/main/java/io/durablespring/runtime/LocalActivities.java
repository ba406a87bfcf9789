package io.durablespring.runtime;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.durablespring.history.Message.ToOrchestration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs local calls. One thread does them one after the other as long as they are short;
 * whoever waits for them asks for more threads, up to a limit. Thread-safe.
 */
final class LocalActivities {

	private static final Logger logger = LoggerFactory.getLogger(LocalActivities.class);

	private static final Duration RETRY_DELAY = Duration.ofSeconds(1);

	/** More than so many that wait and nobody looks after are given to other nodes. */
	private static final int MOST_WAITING = 1000;

	private final ActivityRunner runner;

	private final ActivityWorker worker;

	private final OutboxRelay relay;

	private final LocalSettings local;

	private final RuntimeSettings settings;

	private final ScheduledExecutorService scheduler;

	private final Deque<LocalRun> waiting = new ArrayDeque<>();

	private int threads;

	private boolean stopping;

	LocalActivities(ActivityRunner runner, ActivityWorker worker, OutboxRelay relay, LocalSettings local,
			RuntimeSettings settings, ScheduledExecutorService scheduler) {
		this.runner = runner;
		this.worker = worker;
		this.relay = relay;
		this.local = local;
		this.settings = settings;
		this.scheduler = scheduler;
	}

	/** The rounds of a batch that begins now, of so many instances. */
	LocalRounds rounds(int instances) {
		return new LocalRounds(new LocalCalls(this, this.worker, this.relay, this.local, instances), this.runner);
	}

	void start(List<LocalRun> runs) {
		synchronized (this) {
			this.waiting.addAll(runs);
		}
		grow();
	}

	/** Whether more calls should run here. */
	synchronized boolean hasRoom() {
		return !this.stopping && this.waiting.size() < MOST_WAITING;
	}

	/** Takes one more thread, if there is work for it. */
	void grow() {
		synchronized (this) {
			if (this.stopping || this.waiting.isEmpty() || this.threads >= this.settings.maxConcurrentActivities()) {
				return;
			}
			this.threads++;
		}
		try {
			this.local.threads().execute(this::work);
		}
		catch (RuntimeException | Error ex) {
			// Such as an operating system without threads to spare.
			logger.warn("Local activities have no thread and are tried again in {}: {}", RETRY_DELAY, ex.toString());
			left();
			later(this::grow);
		}
	}

	/** Takes a place for a call on the caller's thread, if there is one. */
	synchronized boolean enter() {
		if (this.stopping || this.threads >= this.settings.maxConcurrentActivities()) {
			return false;
		}
		this.threads++;
		return true;
	}

	/** Runs a call on the caller's thread, which has a place, and gives that back. */
	void runHere(LocalRun run) {
		if (!run.begin() || run(run)) {
			left();
		}
	}

	private void work() {
		for (LocalRun run = next(); run != null; run = next()) {
			if (run.begin() && !run(run)) {
				return;
			}
		}
	}

	private synchronized @Nullable LocalRun next() {
		LocalRun run = this.stopping ? null : this.waiting.poll();
		if (run == null) {
			left();
		}
		return run;
	}

	/**
	 * Whether the thread may go on: somebody else has its place if a call has timed out.
	 */
	private boolean run(LocalRun run) {
		ActivityRun activity = this.runner.prepare(run.message(), (outcome) -> giveUp(run, outcome));
		ToOrchestration outcome;
		try {
			outcome = this.runner.run(activity, run::keep);
		}
		catch (RuntimeException | Error ex) {
			// Not of the activity, whose exceptions are outcomes: the store is away, or
			// something else is broken around it.
			if (this.runner.isGivenUp(activity)) {
				return false;
			}
			logger.warn("Starting activity '{}' of instance '{}' failed and is tried again in {}: {}",
					run.message().name(), run.message().instanceId(), RETRY_DELAY, ex.toString());
			run.postpone();
			later(() -> start(List.of(run)));
			return true;
		}
		if (this.runner.isGivenUp(activity)) {
			return false;
		}
		run.finish(outcome);
		return true;
	}

	/** On a thread of the scheduler that watches timeouts: others wait for it. */
	private void giveUp(LocalRun run, ToOrchestration outcome) {
		left();
		grow();
		run.finish(outcome);
	}

	/** Gives a place back. */
	synchronized void left() {
		this.threads--;
		notifyAll();
	}

	private void later(Runnable action) {
		if (!this.scheduler.isShutdown()) {
			this.scheduler.schedule(action, RETRY_DELAY.toMillis(), TimeUnit.MILLISECONDS);
		}
	}

	synchronized int running() {
		return this.threads;
	}

	/**
	 * Begins nothing more and waits for what runs, as long as the settings say. What has
	 * not begun is left to other nodes.
	 */
	synchronized boolean drain() throws InterruptedException {
		this.stopping = true;
		long deadline = System.nanoTime() + this.settings.drainTimeout().toNanos();
		while (this.threads > 0) {
			long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
			if (millis <= 0) {
				return false;
			}
			wait(millis);
		}
		return true;
	}

}
