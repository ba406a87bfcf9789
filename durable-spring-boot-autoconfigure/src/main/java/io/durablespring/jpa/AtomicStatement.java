package io.durablespring.jpa;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Several changes that are one statement to PostgreSQL, by {@code WITH}: all of them
 * happen or none, and that takes one round trip where a transaction around them takes one
 * for each and one more to commit.
 */
final class AtomicStatement {

	private static final String DIVISION_BY_ZERO = "22012";

	private final List<String> parts = new ArrayList<>();

	private final List<Values> values = new ArrayList<>();

	/**
	 * Adds a change, in no order: none sees what another one does.
	 * @param sql the change
	 * @param parameters sets its parameters
	 */
	AtomicStatement part(String sql, Values parameters) {
		this.parts.add(sql);
		this.values.add(parameters);
		return this;
	}

	/**
	 * Makes the changes if the first ones return as many rows as they should.
	 * @param counted how many of them have their rows counted
	 * @param expected how many rows these are to return together
	 * @return whether they do; if not, nothing has happened
	 */
	boolean executeIf(JdbcTemplate jdbc, int counted, int expected) {
		String count = (counted == 0) ? "0"
				: IntStream.range(0, counted)
					.mapToObj((part) -> "(SELECT count(*) FROM p" + part + ")")
					.collect(Collectors.joining(" + "));
		try {
			// What fails undoes the statement, and nothing else would.
			run(jdbc, "SELECT 1 / CASE WHEN " + count + " = ? THEN 1 ELSE 0 END", (statement, from) -> {
				statement.setInt(from, expected);
				return from + 1;
			});
			return true;
		}
		catch (DataAccessException ex) {
			if (ex.getMostSpecificCause() instanceof SQLException cause
					&& DIVISION_BY_ZERO.equals(cause.getSQLState())) {
				return false;
			}
			throw ex;
		}
	}

	private void run(JdbcTemplate jdbc, String query, Values parameters) {
		String sql = IntStream.range(0, this.parts.size())
			.mapToObj((part) -> "p" + part + " AS (" + this.parts.get(part) + ")")
			.collect(Collectors.joining(", ", "WITH ", " ")) + query;
		jdbc.execute((ConnectionCallback<Boolean>) (connection) -> {
			try (PreparedStatement statement = connection.prepareStatement(sql)) {
				int from = 1;
				for (Values each : this.values) {
					from = each.set(statement, from);
				}
				parameters.set(statement, from);
				return statement.execute() && isDurable(connection);
			}
		});
	}

	/** Pools can be told to hand out connections that do not commit by themselves. */
	private static boolean isDurable(Connection connection) throws SQLException {
		if (!connection.getAutoCommit() && !StoreTransactions.isCallers()) {
			connection.commit();
		}
		return true;
	}

	/**
	 * Sets parameters.
	 */
	@FunctionalInterface
	interface Values {

		/**
		 * Sets parameters.
		 * @param statement what has them
		 * @param from the index of the first one
		 * @return the index after the last one
		 */
		int set(PreparedStatement statement, int from) throws SQLException;

	}

}
