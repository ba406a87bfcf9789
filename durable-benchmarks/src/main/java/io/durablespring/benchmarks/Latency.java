package io.durablespring.benchmarks;

import java.util.Arrays;

/**
 * One instance at a time: how long from its start until its output is here.
 */
final class Latency implements Workload {

	private final String name;

	private final Program program;

	Latency(String name, Program program) {
		this.name = name;
		this.program = program;
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public boolean suits(Contender contender) {
		return contender.runs(this.program);
	}

	/**
	 * One at a time, the code that an instance needs is still being compiled after
	 * thousands of them, and until then the compiler takes a good part of a processor. So
	 * many come first.
	 */
	@Override
	public void warmUp(Bench bench) throws Exception {
		int count = bench.count(bench.settings().size(this.name + ".warmup", 10_000, 100));
		new ManyThreads(bench.settings()).each(Job.many(bench.prefix(), this.program, 0, count), bench::time);
		measure(bench, bench.count(500));
	}

	@Override
	public void run(Bench bench) throws Exception {
		double[] millis = measure(bench, bench.count(bench.settings().size(this.name + ".instances", 500, 100)));
		Percentiles.note(bench.figures(), millis);
	}

	private double[] measure(Bench bench, int count) throws Exception {
		String prefix = bench.prefix();
		double[] millis = new double[count];
		for (int i = 0; i < count; i++) {
			millis[i] = bench.time(new Job(prefix + i, this.program, 0)) / 1e6;
		}
		Arrays.sort(millis);
		return millis;
	}

}
