package io.durablespring.runtime;

import java.util.List;
import java.util.Set;

/**
 * How a run is disturbed.
 *
 * @param seed decides what happens when
 * @param nodes how many nodes there are
 * @param cachedExecutions how many parked executions each keeps
 * @param largeFrom of how many bytes on values are kept apart from messages
 * @param faults what goes wrong
 */
record Disturbance(long seed, int nodes, int cachedExecutions, int largeFrom, Set<Fault> faults) {

	/** Nothing goes wrong. */
	static final Disturbance NONE = new Disturbance(0, 1, 1000, 100_000, Set.of());

	/** Whether activities run where the instance is. */
	boolean local() {
		return this != NONE && this.seed % 3 != 0;
	}

	/** Up to what weight of its history an execution does not park. */
	long unparkedHistory() {
		return List.of(0L, 1500L, 8192L, 8192L).get((int) (Math.abs(this.seed) / 6 % 4));
	}

	/** Whether the outcome of each local call is stored before the next one begins. */
	boolean checkpoint() {
		return this.seed % 2 != 0;
	}

}
