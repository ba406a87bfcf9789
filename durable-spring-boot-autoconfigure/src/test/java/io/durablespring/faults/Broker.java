package io.durablespring.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;

import static org.awaitility.Awaitility.await;

/**
 * A real Kafka broker in a process of its own, so that it can be killed. Its data and its
 * address stay.
 */
final class Broker {

	private final Path directory;

	private final int port;

	private JavaProcess process;

	private Broker(Path directory, int port) {
		this.directory = directory;
		this.port = port;
	}

	static Broker start(Path directory) {
		try {
			int port = freePort();
			Broker broker = new Broker(Files.createDirectories(directory), port);
			Files.writeString(broker.properties(), properties(directory, port, freePort()));
			int formatted = JavaProcess
				.start("kafka.tools.StorageTool", broker.log(), 128,
						List.of("format", "-t", Uuid.randomUuid().toString(), "-c", broker.properties().toString()))
				.await();
			if (formatted != 0) {
				throw new IllegalStateException("The broker's directory was not made: see " + broker.log());
			}
			broker.restart();
			return broker;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String properties(Path directory, int port, int controllerPort) {
		// Sessions end early, so that who takes over is seen in the time of a test.
		return """
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
				group.consumer.min.session.timeout.ms=1000
				group.consumer.session.timeout.ms=4000
				group.consumer.min.heartbeat.interval.ms=200
				group.consumer.heartbeat.interval.ms=500
				""".formatted(port, controllerPort, directory.resolve("data"));
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	String address() {
		return "localhost:" + this.port;
	}

	void kill() {
		this.process.kill();
	}

	void hold() {
		this.process.hold();
	}

	void release() {
		this.process.release();
	}

	void restart() {
		this.process = JavaProcess.start("kafka.Kafka", log(), 320, List.of(properties().toString()));
		try (Admin admin = Admin.create(Map.of("bootstrap.servers", address()))) {
			await().atMost(Duration.ofSeconds(60))
				.ignoreExceptions()
				.until(() -> !admin.describeCluster().nodes().get().isEmpty());
		}
	}

	private Path properties() {
		return this.directory.resolve("server.properties");
	}

	private Path log() {
		return this.directory.resolve("broker.log");
	}

}
