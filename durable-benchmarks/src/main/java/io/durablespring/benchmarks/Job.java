package io.durablespring.benchmarks;

import java.util.List;
import java.util.stream.IntStream;

/**
 * An instance to run.
 *
 * @param id its id, never used before
 * @param program what it does
 * @param size how much of it
 */
record Job(String id, Program program, int size) {

	static List<Job> many(String prefix, Program program, int size, int count) {
		return IntStream.range(0, count).mapToObj((i) -> new Job(prefix + i, program, size)).toList();
	}

	int steps() {
		return this.program.steps(this.size);
	}

	String output() {
		return this.program.output(this.size);
	}

}
