package io.durablespring.runtime;

import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Chance, the same for the same seed. After a number of faults there are no more, so that
 * everything comes to its end.
 */
final class Dice {

	private final Random random;

	private final Set<Fault> faults;

	private int left;

	private int quiet;

	Dice(long seed, Set<Fault> faults, int limit) {
		this.random = new Random(seed);
		this.faults = faults;
		this.left = limit;
	}

	boolean happens(Fault fault, int percent) {
		if (this.quiet > 0 || this.left == 0 || !this.faults.contains(fault) || this.random.nextInt(100) >= percent) {
			return false;
		}
		this.left--;
		return true;
	}

	/** Whether a fault that costs nothing may happen. */
	boolean knows(Fault fault) {
		return this.faults.contains(fault) && this.left > 0;
	}

	/** Does something without any fault. */
	void quietly(Runnable code) {
		this.quiet++;
		try {
			code.run();
		}
		finally {
			this.quiet--;
		}
	}

	/** One of several, the first if nothing goes wrong. */
	<T> T any(List<T> list) {
		return this.faults.isEmpty() ? list.get(0) : list.get(this.random.nextInt(list.size()));
	}

	int below(int bound) {
		return this.random.nextInt(bound);
	}

	Random random() {
		return this.random;
	}

}
