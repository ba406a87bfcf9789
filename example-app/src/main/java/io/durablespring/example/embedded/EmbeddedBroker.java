package io.durablespring.example.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A real Apache Kafka broker in this process: broker and controller in one, its log on
 * disk, reachable from this machine only.
 */
final class EmbeddedBroker implements AutoCloseable {

	private static final String HOST = "127.0.0.1";

	private static final int NODE_ID = 1;

	private final Path directory;

	private final int port;

	private final KafkaRaftServer server;

	/**
	 * Creates a broker that does not run yet; formats its directory on first use.
	 * @param directory where its log is kept
	 * @param port the port for clients; 0 for any free one
	 * @throws Exception if Kafka cannot use the directory
	 */
	EmbeddedBroker(Path directory, int port) throws Exception {
		this.directory = directory;
		// Asked for beforehand because the controller's port is part of the quorum's
		// name.
		int[] free = freePorts();
		this.port = (port != 0) ? port : free[0];
		format();
		this.server = new KafkaRaftServer(KafkaConfig.fromProps(settings(free[1]), false), Time.SYSTEM);
	}

	private static int[] freePorts() throws IOException {
		InetAddress host = InetAddress.getByAddress(new byte[] { 127, 0, 0, 1 });
		try (ServerSocket first = new ServerSocket(0, 1, host); ServerSocket second = new ServerSocket(0, 1, host)) {
			return new int[] { first.getLocalPort(), second.getLocalPort() };
		}
	}

	private void format() throws Exception {
		new Formatter().setClusterId("durable-spring-example")
			.setNodeId(NODE_ID)
			.setControllerListenerName("CONTROLLER")
			.setDirectories(List.of(this.directory.toString()))
			.setMetadataLogDirectory(this.directory.toString())
			.setIgnoreFormatted(true)
			.setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
			.run();
	}

	private Properties settings(int controllerPort) {
		Properties settings = new Properties();
		settings.setProperty("process.roles", "broker,controller");
		settings.setProperty("node.id", String.valueOf(NODE_ID));
		settings.setProperty("controller.quorum.voters", NODE_ID + "@" + HOST + ":" + controllerPort);
		settings.setProperty("listeners",
				"CLIENT://" + bootstrapServer() + ",CONTROLLER://" + HOST + ":" + controllerPort);
		settings.setProperty("advertised.listeners", "CLIENT://" + bootstrapServer());
		settings.setProperty("listener.security.protocol.map", "CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT");
		settings.setProperty("inter.broker.listener.name", "CLIENT");
		settings.setProperty("controller.listener.names", "CONTROLLER");
		settings.setProperty("log.dirs", this.directory.toString());
		settings.setProperty("auto.create.topics.enable", "false");
		single(settings);
		small(settings);
		quick(settings);
		return settings;
	}

	// There is no second broker to replicate to.
	private static void single(Properties settings) {
		for (String topic : List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
			settings.setProperty(topic + ".replication.factor", "1");
			settings.setProperty(topic + ".num.partitions", "1");
		}
		settings.setProperty("transaction.state.log.min.isr", "1");
		settings.setProperty("share.coordinator.state.topic.min.isr", "1");
	}

	// Kafka's defaults are made for servers: 128 MB for the log cleaner alone.
	private static void small(Properties settings) {
		settings.setProperty("log.cleaner.dedupe.buffer.size", "4194304");
		settings.setProperty("log.segment.bytes", "67108864");
		settings.setProperty("offsets.topic.segment.bytes", "4194304");
		settings.setProperty("log.index.size.max.bytes", "1048576");
		settings.setProperty("num.network.threads", "2");
		settings.setProperty("num.io.threads", "4");
		settings.setProperty("background.threads", "2");
		settings.setProperty("group.coordinator.threads", "1");
		settings.setProperty("share.coordinator.threads", "1");
	}

	// After a kill, the next start has to wait until the sessions of the dead process
	// have
	// ended: first the broker's own, then those of its consumers.
	private static void quick(Properties settings) {
		settings.setProperty("broker.session.timeout.ms", "2000");
		settings.setProperty("broker.heartbeat.interval.ms", "500");
		settings.setProperty("group.consumer.session.timeout.ms", "6000");
		settings.setProperty("group.consumer.min.session.timeout.ms", "6000");
		settings.setProperty("group.consumer.heartbeat.interval.ms", "1000");
		settings.setProperty("group.consumer.min.heartbeat.interval.ms", "1000");
		settings.setProperty("group.initial.rebalance.delay.ms", "0");
	}

	/**
	 * Starts the broker. On return it serves clients.
	 */
	void start() {
		this.server.startup();
	}

	/**
	 * Where clients connect.
	 * @return host and port
	 */
	String bootstrapServer() {
		return HOST + ":" + this.port;
	}

	@Override
	public void close() {
		this.server.shutdown();
		this.server.awaitShutdown();
	}

}
