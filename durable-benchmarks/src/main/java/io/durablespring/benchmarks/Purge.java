package io.durablespring.benchmarks;

import java.time.Duration;

import io.durablespring.InstanceFilter;
import io.durablespring.PurgeResult;

/**
 * Removal of many finished instances with their histories.
 */
final class Purge implements Workload {

	@Override
	public String name() {
		return "purge";
	}

	@Override
	public boolean suits(Contender contender) {
		return contender instanceof DurableSpring;
	}

	@Override
	public void warmUp(Bench bench) throws Exception {
		purge(bench, bench.settings().size("purge.warmup", 10_000, 500));
	}

	@Override
	public void run(Bench bench) throws Exception {
		purge(bench, bench.settings().size("purge.instances", 1_000_000, 5000));
	}

	private static void purge(Bench bench, int count) throws Exception {
		DurableSpring contender = (DurableSpring) bench.contender();
		Finished.fill(contender, count, true);
		long begin = System.nanoTime();
		PurgeResult result = contender.client()
			.purge(InstanceFilter.all().idPrefix("filled-"), false, Duration.ofMinutes(60));
		double seconds = (System.nanoTime() - begin) / 1e9;
		if (!result.complete() || result.deletedInstances() != count) {
			throw new IllegalStateException(result.toString());
		}
		bench.figures().note("purged", count / seconds, "instances/s");
		bench.figures().note("time", seconds, "s");
	}

}
