package io.durablespring.faults;

import java.io.PrintStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
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
				long gone = System.nanoTime();
				Duration used = hub.processorTime();
				hub.moments.pass(Duration.ZERO, Duration.ofSeconds(5));
				long begin = System.nanoTime();
				FaultServers.BROKER.restart();
				long up = System.nanoTime();
				used = hub.processorTime().minus(used);
				hub.awaitProgress();
				OUT.printf(Locale.ROOT,
						"broker-killed: up %.1f s after its start, progress after %.1f s; nodes used %.1f processors%n",
						(up - begin) / 1e9, (System.nanoTime() - begin) / 1e9, (double) used.toNanos() / (up - gone));
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

	/**
	 * One node or both of them are cut off from the broker, and still have their
	 * database: who is cut off alone loses its work to the other one, and comes back.
	 */
	static void networkCut(int rounds) throws Exception {
		try (Hub hub = Hub.start(Site.usual().byLines(), "network-cut", 2)) {
			int silent = 0;
			for (int i = 0; i < 2 * rounds; i++) {
				hub.moments.pass(Duration.ofSeconds(1), Duration.ofSeconds(3));
				List<CuttingProxy> lines = FaultServers.BROKER.lines();
				List<CuttingProxy> cut = hub.moments.withChance(0.5) ? lines : List.of(hub.moments.oneOf(lines));
				if (i % 2 == 0) {
					silent++;
					cut.forEach(CuttingProxy::silence);
				}
				else {
					cut.forEach(CuttingProxy::breakOff);
				}
				// Shorter and longer than a session.
				hub.moments.pass(Duration.ofSeconds(2), Duration.ofSeconds(12));
				if (hub.moments.withChance(0.5)) {
					cut.forEach(CuttingProxy::resetAll);
				}
				cut.forEach(CuttingProxy::mend);
				hub.awaitProgress();
			}
			OUT.printf("network-cut: %d times silent, %d times reset%n", silent, 2 * rounds - silent);
			hub.finishAndCheck();
		}
		finally {
			FaultServers.BROKER.lines().forEach(CuttingProxy::mend);
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
				Hub hub = Hub.start(Site.usual().by(proxy), name, 2)) {
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
