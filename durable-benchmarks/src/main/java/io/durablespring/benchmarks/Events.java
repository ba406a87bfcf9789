package io.durablespring.benchmarks;

/**
 * One instance that takes many events, beginning anew now and then.
 */
final class Events implements Workload {

	@Override
	public String name() {
		return "events";
	}

	@Override
	public boolean suits(Contender contender) {
		return contender.runs(Program.EVENTS);
	}

	@Override
	public void warmUp(Bench bench) throws Exception {
		measure(bench, bench.settings().size("events.warmup", 3000, 200));
	}

	@Override
	public void run(Bench bench) throws Exception {
		measure(bench, bench.settings().size("events.count", 10_000, 500));
	}

	private static void measure(Bench bench, int count) throws Exception {
		Job job = new Job(bench.prefix(), Program.EVENTS, count);
		bench.contender().start(job);
		long begin = System.nanoTime();
		new ManyThreads(bench.settings()).range(count, (number) -> bench.contender().raise(job, number));
		double raised = System.nanoTime() - begin;
		String output = bench.contender().await(job);
		if (!output.equals(job.output())) {
			throw new IllegalStateException(job + " returned " + output);
		}
		bench.figures().note("events", count * 1e9 / (System.nanoTime() - begin), "events/s");
		bench.figures().note("raised", count * 1e9 / raised, "events/s");
	}

}
