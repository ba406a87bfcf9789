package io.durablespring.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a workload works with: the system, its settings, and where figures go.
 *
 * @param contender the system
 * @param settings the sizes
 * @param steps how many steps this process has run, repetitions included
 * @param figures where figures go
 */
record Bench(Contender contender, Settings settings, LongAdder steps, Figures figures) {

	private static final AtomicInteger RUNS = new AtomicInteger();

	private static final long PATIENCE = 600_000_000_000L;

	/** As many as wanted, or as the system may have. */
	int count(int wanted) {
		return Math.min(wanted, this.contender.limit());
	}

	/** A beginning of ids that no other run of this process has, and none before. */
	String prefix() {
		return "r" + Long.toString(System.currentTimeMillis(), 36) + "-" + RUNS.incrementAndGet() + "-";
	}

	/**
	 * Waits until as many instances are on record as completed, with the right output.
	 * Steps are counted first, which costs nothing; only when all have run is the
	 * database asked.
	 */
	void awaitAll(String prefix, List<Job> jobs, long stepsBefore) throws Exception {
		long deadline = System.nanoTime() + PATIENCE;
		long expected = stepsBefore + jobs.stream().mapToLong(Job::steps).sum();
		while (this.steps.sum() < expected) {
			pause(deadline, "%d of %d steps have run", this.steps.sum() - stepsBefore, expected - stepsBefore);
		}
		long asked = System.nanoTime();
		long completed = this.contender.completed(prefix, jobs.get(0).output());
		while (completed < jobs.size()) {
			// The question must not take the time of those who work.
			Thread.sleep(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - asked));
			pause(deadline, "%d of %d instances have completed with the right output", completed, jobs.size());
			asked = System.nanoTime();
			completed = this.contender.completed(prefix, jobs.get(0).output());
		}
		if (completed != jobs.size()) {
			throw new IllegalStateException(completed + " instances instead of " + jobs.size());
		}
	}

	private static void pause(long deadline, String state, Object... arguments) throws InterruptedException {
		if (System.nanoTime() > deadline) {
			throw new IllegalStateException("Too late: " + state.formatted(arguments));
		}
		Thread.sleep(5);
	}

	/** Runs one instance; returns how long it took. */
	long time(Job job) throws Exception {
		long begin = System.nanoTime();
		this.contender.start(job);
		String output = this.contender.await(job);
		long nanos = System.nanoTime() - begin;
		if (!output.equals(job.output())) {
			throw new IllegalStateException(job + " returned " + output);
		}
		return nanos;
	}

}
