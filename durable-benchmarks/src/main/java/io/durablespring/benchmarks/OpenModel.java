package io.durablespring.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Instances that arrive at a fixed rate, whether those before are done or not: half of
 * what the system can do at most, which is found out while it warms up. Times count from
 * when an instance was to arrive.
 */
final class OpenModel implements Workload {

	private static final Program PROGRAM = Program.HELLO3;

	private double maximum;

	@Override
	public String name() {
		return "open";
	}

	@Override
	public boolean suits(Contender contender) {
		return contender.runs(PROGRAM) && contender.limit() == Integer.MAX_VALUE;
	}

	// The second one counts: the first has met cold code.
	@Override
	public void warmUp(Bench bench) throws Exception {
		for (int i = 0; i < 2; i++) {
			List<Job> jobs = Job.many(bench.prefix(), PROGRAM, 0, bench.settings().size("open.warmup", 5000, 300));
			long begin = System.nanoTime();
			new ManyThreads(bench.settings()).each(jobs, bench::time);
			this.maximum = jobs.size() * 1e9 / (System.nanoTime() - begin);
		}
	}

	@Override
	public void run(Bench bench) throws Exception {
		double rate = bench.settings().size("open.rate", (int) (this.maximum / 2), (int) (this.maximum / 2));
		int seconds = bench.settings().size("open.seconds", 20, 3);
		double[] millis = arrive(bench, Job.many(bench.prefix(), PROGRAM, 0, (int) (rate * seconds)), rate);
		bench.figures().note("rate", rate, "instances/s");
		Percentiles.note(bench.figures(), millis);
	}

	private static double[] arrive(Bench bench, List<Job> jobs, double rate) throws Exception {
		ExecutorService executor = Executors.newCachedThreadPool();
		try {
			List<Future<Double>> times = new ArrayList<>(jobs.size());
			long begin = System.nanoTime();
			for (int i = 0; i < jobs.size(); i++) {
				Job job = jobs.get(i);
				long arrival = begin + (long) (i * 1e9 / rate);
				for (long early = arrival - System.nanoTime(); early > 0; early = arrival - System.nanoTime()) {
					LockSupport.parkNanos(early);
				}
				times.add(executor.submit(() -> {
					bench.time(job);
					return (System.nanoTime() - arrival) / 1e6;
				}));
			}
			double[] millis = new double[jobs.size()];
			for (int i = 0; i < millis.length; i++) {
				millis[i] = times.get(i).get(10, TimeUnit.MINUTES);
			}
			Arrays.sort(millis);
			return millis;
		}
		finally {
			executor.shutdownNow();
		}
	}

}
