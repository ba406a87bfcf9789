package io.durablespring.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;

import static org.awaitility.Awaitility.await;

/**
 * A real Kafka broker in a process of its own, so that it can be killed. Its data and its
 * address stay.
 */
final class Broker {

	/** Sessions end early, so that who takes over is seen in the time of a test. */
	static final Duration SESSION = Duration.ofSeconds(4);

	private static final Duration TO_START = Duration.ofMinutes(2);

	private final Path directory;

	private final int port;

	/**
	 * Ways to the broker that can be cut. It answers on each by the way's own address.
	 */
	private final List<CuttingProxy> lines;

	private JavaProcess process;

	private Broker(Path directory, int port, List<CuttingProxy> lines) {
		this.directory = directory;
		this.port = port;
		this.lines = lines;
	}

	static Broker start(Path directory) {
		try {
			int port = freePort();
			int[] behind = { freePort(), freePort() };
			List<CuttingProxy> lines = IntStream.of(behind).mapToObj(CuttingProxy::before).toList();
			Broker broker = new Broker(Files.createDirectories(directory), port, lines);
			Files.writeString(broker.properties(), broker.properties(behind, freePort()));
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

	private String properties(int[] behind, int controllerPort) {
		return """
				process.roles=broker,controller
				node.id=1
				controller.quorum.voters=1@localhost:%2$d
				listeners=PLAINTEXT://localhost:%1$d,CONTROLLER://localhost:%2$d,A://localhost:%4$d,B://localhost:%5$d
				advertised.listeners=PLAINTEXT://localhost:%1$d,A://localhost:%6$d,B://localhost:%7$d
				listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,A:PLAINTEXT,B:PLAINTEXT
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
				group.consumer.session.timeout.ms=%8$d
				group.consumer.min.heartbeat.interval.ms=200
				group.consumer.heartbeat.interval.ms=500
				""".formatted(this.port, controllerPort, this.directory.resolve("data"), behind[0], behind[1],
				this.lines.get(0).port(), this.lines.get(1).port(), SESSION.toMillis());
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	String address() {
		return "localhost:" + this.port;
	}

	/** Ways to it that can be cut, for nodes in turn. */
	List<CuttingProxy> lines() {
		return this.lines;
	}

	boolean isAlive() {
		return this.process.isAlive();
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
			await().atMost(TO_START).ignoreExceptions().until(() -> !admin.describeCluster().nodes().get().isEmpty());
		}
	}

	private Path properties() {
		return this.directory.resolve("server.properties");
	}

	private Path log() {
		return this.directory.resolve("broker.log");
	}

}
