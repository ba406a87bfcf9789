package io.durablespring.benchmarks;

/**
 * One instance of many steps: how long it takes.
 */
final class OneInstance implements Workload {

	private final String name;

	private final Program program;

	private final int usual;

	private final int warmUps;

	private final int quick;

	OneInstance(String name, Program program, int usual, int warmUps, int quick) {
		this.name = name;
		this.program = program;
		this.usual = usual;
		this.warmUps = warmUps;
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
		for (int i = 0; i < this.warmUps; i++) {
			bench.time(job(bench));
		}
	}

	@Override
	public void run(Bench bench) throws Exception {
		Job job = job(bench);
		double millis = bench.time(job) / 1e6;
		bench.figures().note("time", millis, "ms");
		bench.figures().note("step", millis / job.steps(), "ms");
	}

	private Job job(Bench bench) {
		return new Job(bench.prefix(), this.program,
				bench.settings().size(this.name + ".steps", this.usual, this.quick));
	}

}
