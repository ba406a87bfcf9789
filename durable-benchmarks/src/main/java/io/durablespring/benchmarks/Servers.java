package io.durablespring.benchmarks;

import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;

/**
 * A real Kafka broker and a real PostgreSQL, each in processes of its own, with default
 * settings and all their durability on.
 */
final class Servers implements AutoCloseable {

	private final Process broker;

	private final String brokerAddress;

	private final EmbeddedPostgres postgres;

	private Servers(Process broker, String brokerAddress, EmbeddedPostgres postgres) {
		this.broker = broker;
		this.brokerAddress = brokerAddress;
		this.postgres = postgres;
	}

	static Servers start(Path directory) throws Exception {
		Files.createDirectories(directory);
		int port = freePort();
		Process broker = startBroker(directory, port, freePort());
		EmbeddedPostgres postgres = EmbeddedPostgres.builder()
			.setDataDirectory(directory.resolve("postgres"))
			.setCleanDataDirectory(true)
			.setPGStartupWait(Duration.ofSeconds(60))
			// Off in this library, on in every real PostgreSQL.
			.setServerConfig("fsync", "on")
			.setServerConfig("synchronous_commit", "on")
			.setServerConfig("full_page_writes", "on")
			.start();
		Servers servers = new Servers(broker, "localhost:" + port, postgres);
		servers.awaitBroker();
		return servers;
	}

	private static Process startBroker(Path directory, int port, int controllerPort) throws Exception {
		Path properties = directory.resolve("broker.properties");
		Path log = directory.resolve("broker.log");
		Files.writeString(properties, """
				process.roles=broker,controller
				node.id=1
				controller.quorum.voters=1@localhost:%2$d
				listeners=PLAINTEXT://localhost:%1$d,CONTROLLER://localhost:%2$d
				advertised.listeners=PLAINTEXT://localhost:%1$d
				listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
				controller.listener.names=CONTROLLER
				log.dirs=%3$s
				auto.create.topics.enable=false
				offsets.topic.replication.factor=1
				offsets.topic.num.partitions=2
				transaction.state.log.replication.factor=1
				transaction.state.log.min.isr=1
				share.coordinator.state.topic.replication.factor=1
				share.coordinator.state.topic.min.isr=1
				group.initial.rebalance.delay.ms=0
				""".formatted(port, controllerPort, directory.resolve("broker")));
		List<String> options = List.of("-Xmx512m");
		int formatted = JavaProcess
			.start(options, "kafka.tools.StorageTool",
					List.of("format", "-t", Uuid.randomUuid().toString(), "-c", properties.toString()), log)
			.waitFor();
		if (formatted != 0) {
			throw new IOException("The broker's directory was not made: see " + log);
		}
		Process broker = JavaProcess.start(options, "kafka.Kafka", List.of(properties.toString()), log);
		Thread drain = new Thread(() -> drain(broker), "broker-output");
		drain.setDaemon(true);
		drain.start();
		return broker;
	}

	private static void drain(Process process) {
		try {
			process.getInputStream().transferTo(OutputStream.nullOutputStream());
		}
		catch (IOException ex) {
			// It has ended.
		}
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	private void awaitBroker() throws Exception {
		String[] address = this.brokerAddress.split(":");
		while (true) {
			try (Socket socket = new Socket(address[0], Integer.parseInt(address[1]))) {
				break;
			}
			catch (ConnectException ex) {
				if (!this.broker.isAlive()) {
					throw new IOException("The broker has ended");
				}
				Thread.sleep(100);
			}
		}
		try (Admin admin = Admin.create(Map.of("bootstrap.servers", this.brokerAddress))) {
			admin.describeCluster().nodes().get();
		}
	}

	String brokerAddress() {
		return this.brokerAddress;
	}

	String postgresAddress() {
		return "localhost:" + this.postgres.getPort();
	}

	void createDatabase(String name) throws SQLException {
		execute("create database \"" + name + "\"");
	}

	void dropDatabase(String name) throws SQLException {
		execute("drop database \"" + name + "\" with (force)");
	}

	/** So that no run pays for the pages of the one before. */
	void checkpoint() throws SQLException {
		execute("checkpoint");
	}

	private void execute(String sql) throws SQLException {
		try (Connection connection = this.postgres.getPostgresDatabase().getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	/** A setting as the server has it. */
	String show(String setting) throws SQLException {
		try (Connection connection = this.postgres.getPostgresDatabase().getConnection();
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery("show " + setting)) {
			result.next();
			return result.getString(1);
		}
	}

	@Override
	public void close() throws IOException {
		this.broker.destroyForcibly();
		this.postgres.close();
	}

}
