package io.durablespring.faults;

import java.time.Duration;

import org.junit.jupiter.api.Test;

/**
 * Nodes are killed at random moments. How many, and which seed:
 * {@code -Dfaults.kills=200 -Dfaults.seed=1}.
 */
class RandomKillsFaultSuite {

	@Test
	void nothingIsLostOrDoubleWhenNodesAreKilledAtRandomMoments() throws Exception {
		try (Hub hub = Hub.start("random-kills", 3)) {
			int kills = Integer.getInteger("faults.kills", 10);
			for (int i = 0; i < kills; i++) {
				hub.moments.pass(Duration.ofMillis(100), Duration.ofMillis(3000));
				hub.killSome();
			}
			hub.finishAndCheck();
		}
	}

}
