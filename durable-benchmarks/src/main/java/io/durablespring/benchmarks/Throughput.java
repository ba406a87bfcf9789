package io.durablespring.benchmarks;

import java.util.List;

/**
 * Many small instances: as many as can be in a second. Started in bulk, and one by one
 * from many threads.
 */
final class Throughput implements Workload {

	private final String name;

	private final Program program;

	private final int size;

	private final int usual;

	private final int quick;

	Throughput(String name, Program program, int size, int usual, int quick) {
		this.name = name;
		this.program = program;
		this.size = size;
		this.usual = usual;
		this.quick = quick;
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public boolean suits(Contender contender) {
		return contender.runs(this.program);
	}

	@Override
	public void warmUp(Bench bench) throws Exception {
		int count = bench.count(bench.settings().size(this.name + ".warmup", this.usual / 4, this.quick / 2));
		bulk(bench, count);
		single(bench, count);
	}

	@Override
	public void run(Bench bench) throws Exception {
		int count = bench.count(bench.settings().size(this.name + ".instances", this.usual, this.quick));
		bulk(bench, count);
		single(bench, count);
	}

	private void bulk(Bench bench, int count) throws Exception {
		measure(bench, count, "bulk", bench.contender()::startAll);
	}

	private void single(Bench bench, int count) throws Exception {
		ManyThreads threads = new ManyThreads(bench.settings());
		measure(bench, count, "single", (jobs) -> threads.each(jobs, bench.contender()::start));
	}

	private void measure(Bench bench, int count, String how, Start start) throws Exception {
		String prefix = bench.prefix();
		List<Job> jobs = Job.many(prefix, this.program, this.size, count);
		long steps = bench.steps().sum();
		long begin = System.nanoTime();
		start.all(jobs);
		double started = System.nanoTime() - begin;
		bench.awaitAll(prefix, jobs, steps);
		bench.figures().note(how, count * 1e9 / (System.nanoTime() - begin), "instances/s");
		bench.figures().note(how + "-starts", count * 1e9 / started, "starts/s");
	}

	@FunctionalInterface
	private interface Start {

		void all(List<Job> jobs) throws Exception;

	}

}
