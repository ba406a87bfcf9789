package io.durablespring.faults;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import org.awaitility.core.ConditionTimeoutException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Some nodes under load, on a task hub and in a database of their own. In the end all
 * that was ordered must be done, and the checker be content.
 */
final class Hub implements AutoCloseable {

	private static final int BACKLOG = 40;

	private static final Duration TO_SETTLE = Duration.ofMinutes(4);

	/**
	 * One that fails to be rewound is open while the rewind is on its way, which only the
	 * broker knows then.
	 */
	private static final String OPEN_ORDERS = """
			select count(*) from workload_order o left join durable_instance i on i.id = o.id
			where not o.taken or i.completed_at is null or (o.kind = 'repaired' and i.status <> 'COMPLETED')""";

	private static final String OPEN_SIGNALS = "select count(*) from workload_signal where not taken";

	private static final String OPEN_INSTANCES = "select count(*) from durable_instance where completed_at is null";

	private static final String OPEN_ENTRIES = "select count(*) from durable_outbox";

	final Moments moments;

	private final String name;

	private final Path logs;

	private final Site site;

	private final List<String> properties;

	private final List<Node> nodes = new ArrayList<>();

	private Load load;

	private final PrintStream out = System.out;

	private final long begin = System.nanoTime();

	private int started;

	private int kills;

	private Hub(Site site, String name, List<String> properties) {
		this.site = site;
		this.name = name;
		this.moments = Moments.of(name);
		this.properties = properties;
		this.logs = FaultServers.DIRECTORY.resolve(name);
		try {
			Files.createDirectories(this.logs);
			site.database().create(databaseName(), site.tablespace());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
		this.load = Load.backlog(this::connect, this.moments, BACKLOG);
	}

	/**
	 * Starts nodes, and waits until they work.
	 * @param properties some more, as {@code name=value}
	 */
	static Hub start(String name, int nodes, String... properties) {
		return start(Site.usual(), name, nodes, properties);
	}

	/**
	 * Starts nodes somewhere else.
	 */
	static Hub start(Site site, String name, int nodes, String... properties) {
		Hub hub = new Hub(site, name, List.of(properties));
		for (int i = 0; i < nodes; i++) {
			hub.add();
		}
		hub.awaitProgress();
		return hub;
	}

	/** From here on orders come at a rate, however many there are. */
	void keepPace(int perSecond, List<String> kinds) {
		this.load.close();
		this.load = Load.steady(this::connect, this.moments, perSecond, kinds);
	}

	String databaseName() {
		return this.name.toLowerCase(Locale.ROOT).replace('-', '_');
	}

	Connection connect() throws SQLException {
		return this.site.database().connect(databaseName());
	}

	/** One more node joins. */
	Node add() {
		List<String> all = new ArrayList<>(List.of("durable.task-hub=" + this.name,
				"spring.kafka.bootstrap-servers=" + this.site.brokerAddress(this.started),
				"spring.datasource.url=" + Database.url(databaseName(), this.site.databasePort())
						+ "&prepareThreshold=0",
				"spring.datasource.hikari.maximum-pool-size=8", "spring.datasource.hikari.connection-timeout=5000",
				"spring.jpa.hibernate.ddl-auto=none", "spring.jpa.open-in-view=false",
				"spring.main.web-application-type=none", "spring.main.banner-mode=off",
				"spring.task.scheduling.pool.size=2", "durable.jpa.initialize-schema=never",
				"durable.outbox.claim-time=3s", "durable.outbox.poll-interval=500ms",
				// Most of what goes on is replayed first, and must be what it was: every
				// other
				// node keeps nothing in memory.
				"durable.orchestrations.max-cached=" + ((this.started % 2 == 0) ? 20 : 0),
				"durable.orchestrations.verify-inputs=true", "durable.payload-threshold=4KB",
				"durable.kafka.startup-timeout=60s",
				"durable.kafka.group-protocol=" + System.getProperty("faults.group-protocol", "auto")));
		all.addAll(this.properties);
		Node node = Node.start(this.logs.resolve("node-" + this.started++ + ".log"), all);
		this.nodes.add(node);
		return node;
	}

	List<Node> nodes() {
		return List.copyOf(this.nodes);
	}

	/** What all nodes together have used. */
	Duration processorTime() {
		return this.nodes.stream().map((node) -> node.process().used()).reduce(Duration.ZERO, Duration::plus);
	}

	/** Kills a node, mostly one that is up, and starts another one in its place. */
	void killSome() {
		List<Node> ready = this.nodes.stream().filter(Node::isReady).toList();
		kill(this.moments.oneOf((ready.isEmpty() || this.moments.withChance(0.1)) ? this.nodes : ready));
		add();
	}

	void kill(Node node) {
		node.process().kill();
		this.nodes.remove(node);
		this.kills++;
	}

	/** The node leaves as it should. */
	void stop(Node node) {
		boolean orderly = node.process().stop();
		this.nodes.remove(node);
		assertThat(orderly).as("a node stops in time, see %s", this.logs).isTrue();
	}

	/** Waits until more orders have been finished than are under way at a time. */
	void awaitProgress() {
		int before = finished();
		await().atMost(TO_SETTLE).until(() -> finished() > before + BACKLOG);
	}

	private int finished() {
		return count("select count(*) from durable_instance where completed_at is not null and parent_id is null");
	}

	/**
	 * Takes no more orders, waits until all are done, stops the nodes and checks.
	 */
	void finishAndCheck() throws SQLException {
		this.load.close();
		boolean settled = settle();
		List<Node> last = nodes();
		last.forEach(this::stop);
		List<String> violations;
		try (Connection connection = connect()) {
			violations = new ArrayList<>(new Checker(connection, this.name).check());
			try (Replays replays = new Replays()) {
				violations.addAll(replays.check(connection, this.name));
			}
		}
		DeadLetters.of(this.site.broker(), this.name).forEach((letter) -> violations.add("Dead letter: " + letter));
		this.out.printf(Locale.ROOT, "%s: %d orders, %d instances, %d bookings, %d letters, %d kills, %.0f s: %s%n",
				this.name, count("select count(*) from workload_order"), count("select count(*) from durable_instance"),
				count("select count(*) from workload_booking"), count("select count(*) from workload_letter"),
				this.kills, (System.nanoTime() - this.begin) / 1e9,
				violations.isEmpty() ? "nothing lost, nothing double" : violations.size() + " violations");
		assertThat(violations.stream().limit(20)).as("%d violations, see %s", violations.size(), this.logs).isEmpty();
		assertThat(settled).as("settled within %s, see %s", TO_SETTLE, this.logs).isTrue();
	}

	/** How many lines in the logs of nodes have a text in them. */
	long logged(String text) {
		long lines = 0;
		for (int i = 0; i < this.started; i++) {
			try (Stream<String> log = Files.lines(this.logs.resolve("node-" + i + ".log"))) {
				lines += log.filter((line) -> line.contains(text)).count();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		return lines;
	}

	private boolean settle() {
		try {
			await().atMost(TO_SETTLE)
				.pollInterval(Duration.ofMillis(250))
				.until(() -> count(OPEN_ORDERS) + count(OPEN_SIGNALS) + count(OPEN_INSTANCES)
						+ count(OPEN_ENTRIES) == 0);
			return true;
		}
		catch (ConditionTimeoutException ex) {
			return false;
		}
	}

	private int count(String query) {
		try (Connection connection = connect(); Statement statement = connection.createStatement()) {
			ResultSet row = statement.executeQuery(query);
			row.next();
			return row.getInt(1);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.load.close();
		this.nodes.forEach((node) -> node.process().kill());
	}

}
