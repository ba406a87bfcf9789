package io.durablespring.example.backup;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.durablespring.example.ExampleProcess;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Two processes of the application on one broker and one PostgreSQL, profile prod.
 */
class TwoNodesTests {

	private static final int SITES = 6;

	private static final int FILES = 100;

	private static final Duration LONG = Duration.ofMinutes(2);

	private static EmbeddedKafkaKraftBroker broker;

	private static EmbeddedPostgres database;

	@TempDir
	Path temp;

	@BeforeAll
	static void startServers() throws Exception {
		broker = new EmbeddedKafkaKraftBroker(1, 1);
		// By default, a consumer that is killed is missed after 45 s only.
		broker.brokerProperties(Map.of("group.consumer.session.timeout.ms", "6000",
				"group.consumer.min.session.timeout.ms", "6000", "group.consumer.heartbeat.interval.ms", "1000",
				"group.consumer.min.heartbeat.interval.ms", "1000"));
		broker.afterPropertiesSet();
		database = EmbeddedPostgres.builder()
			.setServerConfig("fsync", "on")
			.setServerConfig("synchronous_commit", "on")
			.start();
	}

	@AfterAll
	static void stopServers() throws Exception {
		database.close();
		broker.destroy();
	}

	@Test
	void nodesShareTheWorkAndOneFinishesItWhenTheOtherIsKilled() throws Exception {
		List<SampleSite> sites = new ArrayList<>();
		for (int site = 0; site < SITES; site++) {
			sites.add(SampleSite.create(this.temp.resolve("site-" + site), FILES));
		}
		try (ExampleProcess survivor = start("survivor", List.of())) {
			try (ExampleProcess victim = start("victim",
					List.of("--test.load.root=" + this.temp, "--test.load.sites=" + SITES))) {
				await().atMost(LONG)
					.until(() -> (copied("victim") >= 30 && copied("survivor") >= 30) || !victim.isAlive()
							|| !survivor.isAlive());
				assertThat(victim.isAlive()).as(victim::output).isTrue();
				assertThat(survivor.isAlive()).as(survivor::output).isTrue();
				victim.kill();
			}
			int before = copied("survivor");
			assertThat(before + copied("victim")).as("copied when one was killed").isLessThan(SITES * FILES);
			await().atMost(LONG).until(() -> statuses().equals(Map.of("COMPLETED", SITES)) || !survivor.isAlive());
			assertThat(survivor.isAlive()).as(survivor::output).isTrue();
			assertThat(copied("survivor")).isGreaterThan(before);
			for (SampleSite site : sites) {
				Path copy = this.temp.resolve(site.root().getFileName().toString().replace("site", "copy"));
				assertThat(SampleSite.hashes(copy)).as(copy.toString()).isEqualTo(site.hashes());
			}
			assertThat(duplicateCompletions()).isZero();
			survivor.terminate();
			assertThat(survivor.awaitExit(LONG)).as(survivor::output).isEqualTo(128 + 15);
		}
	}

	private int copied(String node) {
		return CopyJournal.read(journal(node), "end").size();
	}

	private Path journal(String node) {
		return this.temp.resolve("journal-" + node);
	}

	private ExampleProcess start(String node, List<String> more) throws Exception {
		List<String> arguments = new ArrayList<>(List.of("--spring.profiles.active=prod",
				"--spring.kafka.bootstrap-servers=" + broker.getBrokersAsString(),
				"--spring.datasource.url=" + database.getJdbcUrl("postgres", "postgres"),
				"--spring.datasource.username=postgres", "--spring.datasource.password=postgres",
				"--test.journal=" + journal(node), "--test.copy-delay=200"));
		arguments.addAll(more);
		return ExampleProcess.start(this.temp, arguments);
	}

	private static Map<String, Integer> statuses() throws SQLException {
		Map<String, Integer> statuses = new TreeMap<>();
		try (Connection connection = database.getPostgresDatabase().getConnection();
				Statement statement = connection.createStatement();
				ResultSet rows = statement
					.executeQuery("select status, count(*) from durable_instance group by status")) {
			while (rows.next()) {
				statuses.put(rows.getString(1), rows.getInt(2));
			}
			return statuses;
		}
	}

	private static int duplicateCompletions() throws SQLException {
		try (Connection connection = database.getPostgresDatabase().getConnection();
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("""
						select count(*) - count(distinct (instance_id, task_id)) from durable_history
						where event_type = 'TaskCompleted'
						""")) {
			rows.next();
			return rows.getInt(1);
		}
	}

}
