package io.durablespring.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * Many instances that wait for the same moment: what they take of the heap until then,
 * and how long it takes until all are done.
 */
final class Waiting implements Workload {

	private double startsPerSecond;

	@Override
	public String name() {
		return "waiting";
	}

	@Override
	public boolean suits(Contender contender) {
		return contender.runs(Program.TIMER);
	}

	@Override
	public void warmUp(Bench bench) throws Exception {
		int count = bench.settings().size("waiting.warmup", 5000, 200);
		for (int i = 0; i < 2; i++) {
			long begin = System.nanoTime();
			fire(bench, count, 1, false);
			this.startsPerSecond = count * 1e9 / (System.nanoTime() - begin);
		}
	}

	@Override
	public void run(Bench bench) throws Exception {
		int count = bench.settings().size("waiting.instances", 100_000, 500);
		// As long as it takes to start all and to have each wait, and some more.
		int patience = (int) (2 * count / this.startsPerSecond) + 20;
		// Of so many our node keeps the history: what more take is beyond its bound.
		int few = bench.settings().size("waiting.few", (int) (0.9 * count), count / 2);
		long heap = fire(bench, few, (int) (2 * few / this.startsPerSecond) + 20, false);
		double beyond = fire(bench, count, patience, true) - heap;
		bench.figures().note("heap-per-instance-beyond-cache", beyond / 1e3 / (count - few), "kB");
	}

	/** Returns the heap in use while all wait. */
	private static long fire(Bench bench, int count, int seconds, boolean measured) throws Exception {
		long before = usedHeap();
		int due = (int) (System.currentTimeMillis() / 1000) + seconds;
		String prefix = bench.prefix();
		List<Job> jobs = Job.many(prefix, Program.TIMER, due, count);
		long steps = bench.steps().sum();
		bench.contender().startAll(jobs);
		long used = 0;
		if (bench.figures() != Figures.NONE) {
			// Before nodes take to memory what is due soon.
			sleepUntil(due * 1000L - 8000);
			used = usedHeap();
		}
		if (measured) {
			double kilobytes = Math.max(0, used - before) / 1e3;
			bench.figures().note("heap", kilobytes / 1e3, "MB");
			bench.figures().note("heap-per-instance", kilobytes / count, "kB");
			sleepUntil(due * 1000L - 200);
			if (bench.steps().sum() > steps) {
				throw new IllegalStateException("Some have fired early, or too few seconds to start all");
			}
		}
		bench.awaitAll(prefix, jobs, steps);
		if (measured) {
			bench.figures().note("fired-after", System.currentTimeMillis() / 1e3 - due, "s");
		}
		return used;
	}

	private static void sleepUntil(long millis) throws InterruptedException {
		Thread.sleep(Math.max(0, millis - System.currentTimeMillis()));
	}

	private static long usedHeap() {
		System.gc();
		return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
	}

}
