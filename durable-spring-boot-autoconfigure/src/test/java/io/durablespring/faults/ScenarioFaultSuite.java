package io.durablespring.faults;

import org.junit.jupiter.api.Test;

/**
 * Everything that a node stands on fails while it works. How often:
 * {@code -Dfaults.rounds=10}.
 */
class ScenarioFaultSuite {

	private static final int ROUNDS = Integer.getInteger("faults.rounds", 3);

	@Test
	void theBrokerIsKilledAndComesBack() throws Exception {
		Scenarios.brokerKilled(ROUNDS);
	}

	@Test
	void theBrokerStandsStillForSeconds() throws Exception {
		Scenarios.brokerHeld(ROUNDS);
	}

	@Test
	void theNetworkBetweenNodesAndBrokerIsCut() throws Exception {
		Scenarios.networkCut(ROUNDS);
	}

	@Test
	void theDiskOfTheTablesIsFull() throws Exception {
		FullDisks.ofTables(ROUNDS);
	}

	@Test
	void theDiskOfTheBrokerIsFull() throws Exception {
		FullDisks.ofBroker(ROUNDS);
	}

	@Test
	void theDatabaseIsKilledAndComesBack() throws Exception {
		Scenarios.databaseKilled(ROUNDS);
	}

	@Test
	void connectionsBreakInTheMiddleOfCommitsAndAnswersAreLost() throws Exception {
		Scenarios.commitsCut(ROUNDS);
	}

	@Test
	void commitsTakeSeconds() throws Exception {
		Scenarios.commitsLate(ROUNDS);
	}

	@Test
	void recordsArriveTwiceAndOutOfOrder() throws Exception {
		Scenarios.recordsRepeated(ROUNDS);
	}

	@Test
	void nodesJoinAndLeaveAllTheTime() throws Exception {
		Scenarios.rebalanceStorm(ROUNDS);
	}

	@Test
	void aNodeThatIsHeldBeyondItsSessionWakesAsAZombie() throws Exception {
		Scenarios.zombie(ROUNDS);
	}

	@Test
	void theRateIsSoonAsBeforeWhenANodeIsKilled() throws Exception {
		Recovery.afterKills(2 * ROUNDS);
	}

	@Test
	void topicsGetMorePartitions() throws Exception {
		Scenarios.partitionsAdded(ROUNDS);
	}

}
