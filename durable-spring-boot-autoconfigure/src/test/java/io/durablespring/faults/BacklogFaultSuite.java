package io.durablespring.faults;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Memory is bounded whatever waits. How much waits: {@code -Dfaults.backlog=1000000}.
 */
class BacklogFaultSuite {

	private static final int STARTS = Integer.getInteger("faults.backlog", 100_000);

	@Test
	void aNodeGetsThroughMoreThanItsMemoryHolds() throws Exception {
		try (Backlog backlog = Backlog.on("backlog")) {
			backlog.pileUp("single", STARTS, 512);
			backlog.work(STARTS, 512, Duration.ofMinutes(5).plusMillis(10L * STARTS));
			assertThat(backlog.count("""
					select count(*) from durable_instance where status = 'COMPLETED'
					and output = (3 * substr(id, 3)::bigint + 1)::text
					and substr(id, 3)::bigint between 0 and\s""" + (STARTS - 1))).isEqualTo(STARTS);
			assertThat(backlog.count("select count(*) from durable_instance")).isEqualTo(STARTS);
			assertThat(backlog.count("select count(*) from durable_history where event_type = 'TaskCompleted'"))
				.isEqualTo(STARTS);
			assertThat(backlog.deadLetters()).isEmpty();
		}
	}

	@Test
	void callsWaitOnTheirTopicUntilThereIsRoomForThem() throws Exception {
		int instances = 20;
		long sum = 3L * BacklogNode.WIDTH * (BacklogNode.WIDTH - 1) / 2;
		try (Backlog backlog = Backlog.on("backlog-of-calls")) {
			backlog.pileUp("wide", instances, 128);
			backlog.work(instances, 512, Duration.ofMinutes(20), "durable.activities.max-concurrent=4");
			assertThat(backlog.count("select count(*) from durable_instance where output = '" + sum + "'"))
				.isEqualTo(instances);
			assertThat(backlog.deadLetters()).isEmpty();
		}
	}

}
