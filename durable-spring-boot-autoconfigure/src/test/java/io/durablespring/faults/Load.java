package io.durablespring.faults;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Writes orders of all kinds as long as it is open, so that some are always under way.
 */
final class Load implements AutoCloseable {

	private static final List<String> KINDS = List.of("sequence", "fanOut", "reminder", "approval", "family", "slow",
			"stubborn", "refund", "archive", "eternal", "counter");

	private static final String COUNT = """
			select (select count(*) from workload_order) -
			(select count(*) from durable_instance where completed_at is not null and parent_id is null)""";

	private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();

	private final Connector connector;

	private final Moments moments;

	private final int backlog;

	private int written;

	Load(Connector connector, Moments moments, int backlog) {
		this.connector = connector;
		this.moments = moments;
		this.backlog = backlog;
		this.scheduler.scheduleWithFixedDelay(this::fill, 0, 100, TimeUnit.MILLISECONDS);
	}

	private void fill() {
		try (Connection connection = this.connector.connect()) {
			connection.setAutoCommit(false);
			for (int unfinished = unfinished(connection); unfinished < this.backlog; unfinished++) {
				write(connection, "order-" + this.written);
				this.written++;
			}
			connection.commit();
		}
		catch (SQLException ex) {
			// The database is being killed. A commit without an answer may have come
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
		String kind = this.moments.oneOf(KINDS);
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
			for (int i = 0; i < size && (kind.equals("approval") || kind.equals("counter")); i++) {
				signal.setString(1, id);
				signal.setInt(2, this.moments.below(1000));
				signal.executeUpdate();
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
	interface Connector {

		Connection connect() throws SQLException;

	}

}
