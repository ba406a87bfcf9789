package io.durablespring.benchmarks;

import java.io.PrintStream;
import java.sql.SQLException;
import java.util.List;

import com.github.kagkarlsson.scheduler.Scheduler;
import dev.dbos.transact.DBOS;
import dev.restate.client.Client;
import io.temporal.serviceclient.Version;
import org.apache.kafka.common.utils.AppInfoParser;
import org.springframework.boot.SpringBootVersion;

/**
 * Under what circumstances figures come about.
 */
final class Circumstances {

	private final Servers servers;

	private final Settings settings;

	Circumstances(Servers servers, Settings settings) {
		this.servers = servers;
		this.settings = settings;
	}

	void print(PrintStream out) throws SQLException {
		Runtime runtime = Runtime.getRuntime();
		out.println("# JDK %s (%s), %s %s, %d processors for everything".formatted(Runtime.version(),
				System.getProperty("java.vendor"), System.getProperty("os.name"), System.getProperty("os.arch"),
				runtime.availableProcessors()));
		out.println(
				("# Kafka %s, one broker, JVM of its own, default settings but for few partitions of internal topics and "
						+ "no delay of the first rebalance")
					.formatted(AppInfoParser.getVersion()));
		out.println("# PostgreSQL %s, %s".formatted(this.servers.show("server_version"), postgresSettings()));
		out.println("# Spring Boot %s, DBOS Transact %s".formatted(SpringBootVersion.getVersion(), DBOS.version()));
		out.println(
				"# Temporal SDK %s on its in-memory test server, which has no durability; db-scheduler %s; Restate SDK %s"
					.formatted(Version.LIBRARY_VERSION, versionOf(Scheduler.class), versionOf(Client.class)));
		out.println("# each system in a JVM of its own, -Xmx%s; all steps in it, too"
			.formatted(this.settings.text("heap", "2g")));
	}

	// By the name of its file: its manifest does not say.
	private static String versionOf(Class<?> type) {
		return type.getProtectionDomain().getCodeSource().getLocation().getPath().replaceAll(".*-(\\d.*)\\.jar", "$1");
	}

	private String postgresSettings() throws SQLException {
		StringBuilder all = new StringBuilder();
		for (String name : List.of("fsync", "synchronous_commit", "full_page_writes", "shared_buffers",
				"max_wal_size")) {
			all.append(all.isEmpty() ? "" : ", ").append(name).append('=').append(this.servers.show(name));
		}
		return all.toString();
	}

}
