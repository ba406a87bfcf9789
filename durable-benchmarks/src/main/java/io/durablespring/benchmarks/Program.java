package io.durablespring.benchmarks;

/**
 * What an instance does, the same for every system. A step is an activity, or whatever a
 * system calls a piece of work whose result is recorded.
 */
enum Program {

	/** Three steps in sequence, each of which greets a city. */
	HELLO3,

	/** Five of them. */
	HELLO5,

	/** As many steps in sequence as its size says; each adds one. */
	SEQUENCE,

	/** As many steps at once as its size says; the sum of what they return. */
	FANOUT,

	/** One step, all that a scheduler of jobs can do. */
	JOB,

	/**
	 * Waits until the time that its size is, in seconds since 1970; no step but a count.
	 */
	TIMER,

	/**
	 * Takes as many events as its size says, beginning anew now and then; adds them up.
	 */
	EVENTS,

	/** One step that takes and returns a text as long as its size; returns its length. */
	ECHO;

	/** The name of events. */
	static final String EVENT = "number";

	/** After how many events {@link #EVENTS} begins anew, where a system can. */
	static final int EVENTS_PER_EXECUTION = 100;

	static final String[] CITIES = { "Tokyo", "Seattle", "London", "Cairo", "Lima" };

	/** What a step of {@link #HELLO3} and {@link #HELLO5} does. */
	static String greet(String city) {
		return "Hello " + city + "!";
	}

	/** How many steps an instance has. */
	int steps(int size) {
		return switch (this) {
			case HELLO3 -> 3;
			case HELLO5 -> 5;
			case SEQUENCE, FANOUT -> size;
			case JOB, TIMER, ECHO -> 1;
			case EVENTS -> 0;
		};
	}

	/** What an instance must return. */
	String output(int size) {
		return switch (this) {
			case HELLO3, HELLO5 -> greetings(steps(size));
			case SEQUENCE, ECHO -> String.valueOf(size);
			case JOB -> greet(CITIES[0]);
			case TIMER -> "fired";
			case FANOUT, EVENTS -> String.valueOf((long) size * (size - 1) / 2);
		};
	}

	/** A text of a length, as inputs of {@link #ECHO} are. */
	static String text(int length) {
		return "0123456789abcdefghijklmnopqrstuvwxyz".repeat(length / 36 + 1).substring(0, length);
	}

	private static String greetings(int count) {
		StringBuilder all = new StringBuilder(greet(CITIES[0]));
		for (int i = 1; i < count; i++) {
			all.append(' ').append(greet(CITIES[i]));
		}
		return all.toString();
	}

}
