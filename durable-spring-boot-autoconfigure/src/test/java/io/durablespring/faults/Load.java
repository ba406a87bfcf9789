package io.durablespring.faults;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;

/**
 * Writes orders of all kinds as long as it is open, so that some are always under way.
 */
final class Load implements AutoCloseable {

	private static final List<String> KINDS = List.of("sequence", "fanOut", "reminder", "approval", "family", "slow",
			"stubborn", "refund", "archive", "eternal", "counter", "basket", "recalled", "paused", "repaired");

	/** How many signals orders get: those of a kind that is not here get none. */
	private static final Map<String, IntUnaryOperator> SIGNALS = Map.of("approval", (size) -> size, "counter",
			(size) -> size, "basket", (size) -> size, "paused", (size) -> 1);

	private static final Map<String, List<String>> COMMANDS = Map.of("recalled", List.of("terminate"), "paused",
			List.of("suspend", "resume"), "repaired", List.of("rewind"));

	private static final String COUNT = """
			select (select count(*) from workload_order) -
			(select count(*) from durable_instance where completed_at is not null and parent_id is null)""";

	private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();

	private final Connector connector;

	private final Moments moments;

	private final Pace pace;

	private final List<String> kinds;

	private final String prefix;

	private int written;

	private Load(Connector connector, Moments moments, Pace pace, List<String> kinds, String prefix) {
		this.connector = connector;
		this.moments = moments;
		this.pace = pace;
		this.kinds = kinds;
		this.prefix = prefix;
		this.scheduler.scheduleWithFixedDelay(this::fill, 0, 100, TimeUnit.MILLISECONDS);
	}

	/** So many are under way at any time. */
	static Load backlog(Connector connector, Moments moments, int backlog) {
		return new Load(connector, moments, (unfinished, written) -> backlog - unfinished, KINDS, "order-");
	}

	/** So many come in a second, whatever becomes of them. */
	static Load steady(Connector connector, Moments moments, int perSecond, List<String> kinds) {
		long begin = System.nanoTime();
		return new Load(connector, moments,
				(unfinished, written) -> (int) ((System.nanoTime() - begin) * perSecond / 1_000_000_000) - written,
				kinds, "steady-");
	}

	private void fill() {
		try (Connection connection = this.connector.connect()) {
			connection.setAutoCommit(false);
			for (int due = this.pace.due(unfinished(connection), this.written); due > 0; due--) {
				write(connection, this.prefix + this.written);
				this.written++;
			}
			connection.commit();
		}
		catch (SQLException ex) {
			// The database is away or full. A commit without an answer may have come
			// through, so these ids are not used again.
		}
	}

	private static int unfinished(Connection connection) throws SQLException {
		try (ResultSet row = connection.createStatement().executeQuery(COUNT)) {
			row.next();
			return row.getInt(1);
		}
	}

	private void write(Connection connection, String id) throws SQLException {
		String kind = this.moments.oneOf(this.kinds);
		int size = 1 + this.moments.below(5);
		try (PreparedStatement order = connection
			.prepareStatement("insert into workload_order values (?, ?, ?, ?, false)")) {
			order.setString(1, id);
			order.setString(2, kind);
			order.setInt(3, size);
			order.setInt(4, this.moments.below(10_000));
			order.executeUpdate();
		}
		try (PreparedStatement signal = connection
			.prepareStatement("insert into workload_signal (order_id, number, taken) values (?, ?, false)")) {
			for (int i = 0; i < SIGNALS.getOrDefault(kind, (any) -> 0).applyAsInt(size); i++) {
				signal.setString(1, id);
				signal.setInt(2, this.moments.below(1000));
				signal.executeUpdate();
			}
		}
		try (PreparedStatement command = connection
			.prepareStatement("insert into workload_command (order_id, command, due, taken) "
					+ "values (?, ?, now() + ? * interval '1 ms', false)")) {
			for (String one : COMMANDS.getOrDefault(kind, List.of())) {
				command.setString(1, id);
				command.setString(2, one);
				command.setInt(3, this.moments.below(1500));
				command.executeUpdate();
			}
		}
	}

	/** From here on there are no more. */
	@Override
	public void close() {
		this.scheduler.shutdown();
		try {
			if (!this.scheduler.awaitTermination(60, TimeUnit.SECONDS)) {
				throw new IllegalStateException("The database does not take orders");
			}
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@FunctionalInterface
	private interface Pace {

		int due(int unfinished, int written);

	}

	@FunctionalInterface
	interface Connector {

		Connection connect() throws SQLException;

	}

}
