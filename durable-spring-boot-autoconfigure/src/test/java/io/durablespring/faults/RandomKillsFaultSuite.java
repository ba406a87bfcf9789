package io.durablespring.faults;

import org.junit.jupiter.api.Test;

/**
 * Nodes are killed at random moments. How many, and which seed:
 * {@code -Dfaults.kills=200 -Dfaults.seed=1}.
 */
class RandomKillsFaultSuite {

	@Test
	void nothingIsLostOrDoubleWhenNodesAreKilledAtRandomMoments() throws Exception {
		Scenarios.randomKills(Integer.getInteger("faults.kills", 10));
	}

}
