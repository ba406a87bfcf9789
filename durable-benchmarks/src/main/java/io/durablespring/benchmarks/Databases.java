package io.durablespring.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

import javax.sql.DataSource;

/**
 * What systems ask their databases for results.
 */
final class Databases {

	private Databases() {
	}

	/**
	 * Each system has a database of its own for each workload, so that all begin empty.
	 */
	static String name(String workload, String system) {
		return workload + "-" + system;
	}

	static String url(Settings settings, String system) {
		return "jdbc:postgresql://" + settings.required("postgres") + "/" + name(settings.required("workload"), system)
				+ "?user=postgres&reWriteBatchedInserts=true";
	}

	/** Runs a query for one number. */
	static long count(DataSource database, String sql, String... arguments) throws SQLException {
		try (Connection connection = database.getConnection();
				PreparedStatement statement = connection.prepareStatement(sql)) {
			for (int i = 0; i < arguments.length; i++) {
				statement.setString(i + 1, arguments[i]);
			}
			try (ResultSet result = statement.executeQuery()) {
				result.next();
				return result.getLong(1);
			}
		}
	}

}
