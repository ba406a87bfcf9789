package io.durablespring.programs;

import java.util.ArrayList;
import java.util.List;

/**
 * An orchestrator's code as data. What it returns is the same however events, retries and
 * nodes interleave: races are run, but only their confluent part is returned.
 *
 * @param steps what it does in each round
 * @param rounds how many rounds it does, each continued as new from the one before
 * @param last what it does in the end; only here may it fail for others to see
 */
public record Program(List<Step> steps, int rounds, List<Step> last) {

	public Program {
		steps = List.copyOf(steps);
		last = List.copyOf(last);
	}

	static Program of(Step... steps) {
		return new Program(List.of(steps), 1, List.of());
	}

	/** All steps with where they are. */
	List<Placed> placed() {
		List<Placed> all = new ArrayList<>();
		place(this.steps, "", this.rounds, false, all);
		place(this.last, "L", 1, false, all);
		return all;
	}

	private static void place(List<? extends Step> steps, String prefix, int times, boolean alone, List<Placed> all) {
		for (int i = 0; i < steps.size(); i++) {
			Step step = steps.get(i);
			all.add(new Placed(step, prefix + i, times, alone));
			place(step.parts(), prefix + i + ".", times, step instanceof Step.Any any && !any.rest(), all);
		}
	}

	/** How often a new instance of this can fail before one succeeds, at most. */
	int failures() {
		return this.last.stream().mapToInt(Step::failures).sum();
	}

	/**
	 * A step in its program.
	 *
	 * @param step the step
	 * @param at where it is
	 * @param times how often one instance does it
	 * @param alone whether the program may go on without it
	 */
	record Placed(Step step, String at, int times, boolean alone) {
	}

}
