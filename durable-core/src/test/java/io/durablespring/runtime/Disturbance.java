package io.durablespring.runtime;

import java.util.Set;

/**
 * How a run is disturbed.
 *
 * @param seed decides what happens when
 * @param nodes how many nodes there are
 * @param cachedExecutions how many parked executions each keeps
 * @param faults what goes wrong
 */
record Disturbance(long seed, int nodes, int cachedExecutions, Set<Fault> faults) {

	/** Nothing goes wrong. */
	static final Disturbance NONE = new Disturbance(0, 1, 1000, Set.of());

}
