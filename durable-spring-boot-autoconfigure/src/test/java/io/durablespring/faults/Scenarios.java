package io.durablespring.faults;

import java.io.PrintStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.durablespring.faults.CuttingProxy.Fault;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.TopicDescription;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What happens to nodes under load, and in the end nothing may be lost or double.
 */
final class Scenarios {

	private static final PrintStream OUT = System.out;

	private Scenarios() {
	}

	static void randomKills(int kills) throws Exception {
		try (Hub hub = Hub.start("random-kills", 3)) {
			for (int i = 0; i < kills; i++) {
				hub.moments.pass(Duration.ofMillis(100), Duration.ofMillis(3000));
				hub.killSome();
			}
			hub.finishAndCheck();
		}
	}

	static void brokerKilled(int rounds) throws Exception {
		try (Hub hub = Hub.start("broker-killed", 2)) {
			for (int i = 0; i < rounds; i++) {
				hub.moments.pass(Duration.ofSeconds(1), Duration.ofSeconds(4));
				FaultServers.BROKER.kill();
				hub.moments.pass(Duration.ZERO, Duration.ofSeconds(5));
				FaultServers.BROKER.restart();
				hub.awaitProgress();
			}
			hub.finishAndCheck();
		}
	}

	static void brokerHeld(int rounds) throws Exception {
		try (Hub hub = Hub.start("broker-held", 2)) {
			for (int i = 0; i < rounds; i++) {
				FaultServers.BROKER.hold();
				hub.moments.pass(Duration.ofSeconds(3), Duration.ofSeconds(8));
				FaultServers.BROKER.release();
				hub.awaitProgress();
			}
			hub.finishAndCheck();
		}
	}

	static void databaseKilled(int rounds) throws Exception {
		try (Hub hub = Hub.start("database-killed", 2)) {
			for (int i = 0; i < rounds; i++) {
				hub.moments.pass(Duration.ofSeconds(1), Duration.ofSeconds(4));
				FaultServers.DATABASE.kill();
				hub.moments.pass(Duration.ZERO, Duration.ofSeconds(5));
				FaultServers.DATABASE.restart();
				hub.awaitProgress();
			}
			hub.finishAndCheck();
		}
	}

	static void commitsCut(int rounds) throws Exception {
		withProxy("commits-cut", rounds, Duration.ZERO, 0.02, 0.02, 0);
	}

	static void commitsLate(int rounds) throws Exception {
		withProxy("commits-late", rounds, Duration.ofSeconds(3), 0, 0.005, 0.02);
	}

	private static void withProxy(String name, int rounds, Duration latency, double cut, double swallow, double delay)
			throws Exception {
		Moments moments = Moments.of(name + ", proxy");
		try (CuttingProxy proxy = CuttingProxy.before(FaultServers.DATABASE.port(), latency,
				() -> moments.withChance(cut) ? Fault.CUT
						: moments.withChance(swallow) ? Fault.SWALLOW
								: moments.withChance(delay) ? Fault.DELAY : Fault.NONE);
				Hub hub = Hub.start(name, 2, proxy.port())) {
			for (int i = 0; i < 2 * rounds; i++) {
				hub.awaitProgress();
			}
			proxy.calmDown();
			hub.finishAndCheck();
			OUT.printf("%s: %d commits cut, %d answers lost, %d late, %d undisturbed%n", name, proxy.count(Fault.CUT),
					proxy.count(Fault.SWALLOW), proxy.count(Fault.DELAY), proxy.count(Fault.NONE));
			assertThat(proxy.count(Fault.SWALLOW)).isPositive();
		}
	}

	static void recordsRepeated(int rounds) throws Exception {
		try (Hub hub = Hub.start("records-repeated", 2)) {
			try (RecordRepeater repeater = new RecordRepeater("records-repeated", hub.moments)) {
				for (int i = 0; i < 2 * rounds; i++) {
					hub.awaitProgress();
				}
				OUT.printf("records-repeated: %d copies%n", repeater.copies());
				assertThat(repeater.copies()).isPositive();
			}
			hub.finishAndCheck();
		}
	}

	static void rebalanceStorm(int rounds) throws Exception {
		try (Hub hub = Hub.start("rebalance-storm", 2)) {
			for (int i = 0; i < 4 * rounds; i++) {
				hub.add();
				hub.moments.pass(Duration.ofSeconds(1), Duration.ofSeconds(5));
				Node leaver = hub.moments.oneOf(hub.nodes());
				if (hub.moments.withChance(0.5)) {
					hub.stop(leaver);
				}
				else {
					hub.kill(leaver);
				}
			}
			hub.awaitProgress();
			hub.finishAndCheck();
		}
	}

	static void zombie(int rounds) throws Exception {
		try (Hub hub = Hub.start("zombie", 2)) {
			for (int i = 0; i < rounds; i++) {
				hub.moments.pass(Duration.ofSeconds(1), Duration.ofSeconds(3));
				Node zombie = hub.moments.oneOf(hub.nodes());
				zombie.process().hold();
				// Its session ends after four, and the other one has all partitions.
				hub.moments.pass(Duration.ofSeconds(6), Duration.ofSeconds(10));
				zombie.process().release();
				hub.awaitProgress();
			}
			hub.finishAndCheck();
		}
	}

	/** What waits in an old partition and what goes to a new one are for one instance. */
	static void partitionsAdded(int rounds) throws Exception {
		try (Hub hub = Hub.start("partitions-added", 2, "spring.kafka.properties.metadata.max.age.ms=2000");
				Admin admin = Admin.create(Map.of("bootstrap.servers", FaultServers.BROKER.address()))) {
			for (int i = 0; i < rounds; i++) {
				hub.awaitProgress();
				Map<String, NewPartitions> more = new HashMap<>();
				for (TopicDescription topic : admin
					.describeTopics(List.of("partitions-added.orchestrations", "partitions-added.activities"))
					.allTopicNames()
					.get()
					.values()) {
					more.put(topic.name(), NewPartitions.increaseTo(topic.partitions().size() + 3));
				}
				admin.createPartitions(more).all().get();
				hub.awaitProgress();
			}
			hub.finishAndCheck();
		}
	}

}
