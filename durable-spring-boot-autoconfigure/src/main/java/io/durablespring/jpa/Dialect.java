package io.durablespring.jpa;

import java.sql.DatabaseMetaData;
import java.time.Duration;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.jdbc.support.MetaDataAccessException;

/**
 * Where databases differ. One that is not named here gets the SQL of {@link #STANDARD};
 * what a new database needs is a schema script, and a constant if that SQL does not do.
 */
enum Dialect {

	/**
	 * PostgreSQL and what speaks its language. An error would abort the caller's
	 * transaction, so a row that exists must not be one.
	 */
	POSTGRESQL {

		@Override
		String insertUnlessPresent(String insert) {
			return insert + " ON CONFLICT DO NOTHING";
		}

		@Override
		boolean passesOverPresent() {
			return true;
		}

		@Override
		boolean takesArrays() {
			return true;
		}

		@Override
		boolean takesChangesInQueries() {
			return true;
		}

		@Override
		String limitWaiting(Duration longest) {
			return "SET LOCAL lock_timeout = " + longest.toMillis();
		}

		@Override
		String limitingWaiting(Duration longest) {
			return "SELECT set_config('lock_timeout', '" + longest.toMillis() + "', TRUE)";
		}

	},

	/**
	 * H2, MySQL, MariaDB: a violated key fails the statement alone, the transaction stays
	 * usable.
	 */
	STANDARD;

	/**
	 * Turns an insert into one that inserts nothing or throws a duplicate key exception
	 * if the row exists.
	 * @param insert the insert
	 * @return the statement
	 */
	String insertUnlessPresent(String insert) {
		return insert;
	}

	/**
	 * Whether that statement passes over a row that exists, so that many fit into a
	 * batch. Drivers may not say then which of them have inserted something.
	 * @return {@code false} if it throws
	 */
	boolean passesOverPresent() {
		return false;
	}

	/**
	 * Whether parameters can be arrays and {@code unnest} makes rows of them.
	 * @return {@code false} if not
	 */
	boolean takesArrays() {
		return false;
	}

	/**
	 * Whether {@code WITH} may have changes in it, see {@link AtomicStatement}.
	 * @return {@code false} if not
	 */
	boolean takesChangesInQueries() {
		return false;
	}

	/**
	 * Limits how long the rest of a transaction waits for locks.
	 * @param longest the limit
	 * @return the statement; {@code null} if the database's own limit has to do
	 */
	@Nullable String limitWaiting(Duration longest) {
		return null;
	}

	/**
	 * Does so by a query, for a statement with changes in it.
	 * @param longest the limit
	 * @return the query
	 */
	String limitingWaiting(Duration longest) {
		throw new UnsupportedOperationException("No changes in queries: " + this);
	}

	static Dialect of(DataSource dataSource) {
		try {
			String product = JdbcUtils.extractDatabaseMetaData(dataSource, DatabaseMetaData::getDatabaseProductName);
			return "PostgreSQL".equals(product) ? POSTGRESQL : STANDARD;
		}
		catch (MetaDataAccessException ex) {
			throw new IllegalStateException("Cannot tell which database this is: " + ex.getMessage(), ex);
		}
	}

}
