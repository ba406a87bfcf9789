package io.durablespring.runtime;

import java.time.Duration;
import java.util.Objects;

/**
 * The end of a time to wait.
 *
 * @param nanoTime when it is over, by {@link System#nanoTime()}
 */
record Deadline(long nanoTime) {

	/** As good as for ever, and far from an overflow. */
	private static final Duration LONGEST = Duration.ofDays(36_500);

	static Deadline after(Duration time) {
		Objects.requireNonNull(time, "timeout must not be null");
		return new Deadline(System.nanoTime() + ((time.compareTo(LONGEST) > 0) ? LONGEST : time).toNanos());
	}

	long remainingNanos() {
		return this.nanoTime - System.nanoTime();
	}

	boolean isOver() {
		return remainingNanos() <= 0;
	}

}
