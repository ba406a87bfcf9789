package io.durablespring.faults;

import org.junit.jupiter.api.Test;

/**
 * The short form of the fault suites, for every build. The long form:
 * {@code ./mvnw -Pfaults verify -Dfaults.kills=200}, see docs/reliability.md.
 */
class FaultsTests {

	@Test
	void nothingIsLostOrDoubleWhenTenNodesAreKilled() throws Exception {
		Scenarios.randomKills(10);
	}

	@Test
	void nothingIsLostOrDoubleWhenCommitsAreCutAndTheirAnswersLost() throws Exception {
		Scenarios.commitsCut(1);
	}

	@Test
	void nothingIsLostOrDoubleWhenRecordsArriveTwiceAndOutOfOrder() throws Exception {
		Scenarios.recordsRepeated(1);
	}

}
