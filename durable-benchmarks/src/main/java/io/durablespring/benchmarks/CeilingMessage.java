package io.durablespring.benchmarks;

import java.util.Objects;

/**
 * What travels between the two loops, as about as much text as a message of an engine is.
 *
 * @param type start, call or result
 * @param id the instance
 * @param program what it does
 * @param size how much of it
 * @param task which step
 * @param value its input or result
 */
record CeilingMessage(char type, String id, Program program, int size, int task, String value) {

	static final char START = 's';

	static final char CALL = 'c';

	static final char RESULT = 'r';

	private static final String SEPARATOR = "\t";

	// An engine's names, times and ids.
	private static final String PADDING = "x".repeat(120);

	static CeilingMessage start(Job job) {
		return new CeilingMessage(START, job.id(), job.program(), job.size(), -1, "");
	}

	CeilingMessage result(String result) {
		return new CeilingMessage(RESULT, this.id, this.program, this.size, this.task, result);
	}

	static CeilingMessage parse(String text) {
		String[] fields = text.split(SEPARATOR);
		return new CeilingMessage(fields[0].charAt(0), fields[1], Program.valueOf(fields[2]),
				Integer.parseInt(fields[3]), Integer.parseInt(fields[4]), Objects.requireNonNull(fields[5]));
	}

	String text() {
		return String.join(SEPARATOR, String.valueOf(this.type), this.id, this.program.name(),
				String.valueOf(this.size), String.valueOf(this.task), this.value, PADDING);
	}

}
