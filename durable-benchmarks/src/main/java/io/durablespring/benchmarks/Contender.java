package io.durablespring.benchmarks;

import java.util.List;

/**
 * A system under test, in this process. Thread-safe.
 */
interface Contender extends AutoCloseable {

	/** Whether it can do what the program needs. */
	boolean runs(Program program);

	/** How many instances may be started at a time at most. */
	default int limit() {
		return Integer.MAX_VALUE;
	}

	/** Called before each run, which it is not part of. */
	default void renew() {
	}

	/** Starts one instance; on return that is as durable as the system makes it. */
	void start(Job job) throws Exception;

	/** Starts many instances in the way that suits the system best. */
	void startAll(List<Job> jobs) throws Exception;

	/** Raises an event to an instance of {@link Program#EVENTS}. */
	default void raise(Job job, int number) throws Exception {
		throw new UnsupportedOperationException();
	}

	/** Waits for an instance that was started here; returns its output. */
	String await(Job job) throws Exception;

	/**
	 * How many instances whose ids begin so are on record as completed with the output.
	 */
	long completed(String prefix, String output) throws Exception;

	@Override
	void close();

}
