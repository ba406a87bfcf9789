package io.durablespring.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

/**
 * Two tables, and each batch in one transaction of one statement for each table.
 */
final class CeilingTables {

	private final DataSource database;

	CeilingTables(DataSource database) {
		this.database = database;
	}

	void create() throws SQLException {
		try (Connection connection = this.database.getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("""
					create table if not exists instance (
						id text primary key, program text not null, size integer not null, status text not null,
						version bigint not null, output text, created_at timestamptz not null default now(),
						updated_at timestamptz not null default now());
					create table if not exists history (
						id text not null, sequence integer not null, type text not null, payload text not null,
						time timestamptz not null default now(), primary key (id, sequence))
					""");
			connection.commit();
		}
	}

	void insertInstances(List<Job> jobs) throws SQLException {
		try (Connection connection = this.database.getConnection();
				PreparedStatement insert = connection.prepareStatement("""
						insert into instance (id, program, size, status, version)
						select *, 'PENDING', 0 from unnest(?::text[], ?::text[], ?::integer[])
						""")) {
			insert.setArray(1, connection.createArrayOf("text", jobs.stream().map(Job::id).toArray()));
			insert.setArray(2,
					connection.createArrayOf("text", jobs.stream().map((job) -> job.program().name()).toArray()));
			insert.setArray(3, connection.createArrayOf("integer", jobs.stream().map(Job::size).toArray()));
			insert.executeUpdate();
			connection.commit();
		}
	}

	void step(Map<String, CeilingInstance> changed, List<CeilingEvent> history) throws SQLException {
		if (changed.isEmpty()) {
			return;
		}
		try (Connection connection = this.database.getConnection()) {
			insert(connection, history);
			update(connection, changed);
			connection.commit();
		}
	}

	private static void insert(Connection connection, List<CeilingEvent> history) throws SQLException {
		try (PreparedStatement insert = connection.prepareStatement("""
				insert into history (id, sequence, type, payload)
				select * from unnest(?::text[], ?::integer[], ?::text[], ?::text[])
				""")) {
			insert.setArray(1, connection.createArrayOf("text", history.stream().map(CeilingEvent::id).toArray()));
			insert.setArray(2,
					connection.createArrayOf("integer", history.stream().map(CeilingEvent::sequence).toArray()));
			insert.setArray(3, connection.createArrayOf("text", history.stream().map(CeilingEvent::type).toArray()));
			insert.setArray(4, connection.createArrayOf("text", history.stream().map(CeilingEvent::payload).toArray()));
			insert.executeUpdate();
		}
	}

	private static void update(Connection connection, Map<String, CeilingInstance> changed) throws SQLException {
		try (PreparedStatement update = connection.prepareStatement("""
				update instance set status = case when given.output is null then 'RUNNING' else 'COMPLETED' end,
					output = given.output, version = given.version, updated_at = now()
				from unnest(?::text[], ?::bigint[], ?::text[]) given (id, version, output)
				where instance.id = given.id and instance.version < given.version
				""")) {
			update.setArray(1, connection.createArrayOf("text", changed.keySet().toArray()));
			update.setArray(2,
					connection.createArrayOf("bigint", changed.values().stream().map(CeilingInstance::rows).toArray()));
			update.setArray(3,
					connection.createArrayOf("text", changed.values().stream().map(CeilingInstance::output).toArray()));
			if (update.executeUpdate() != changed.size()) {
				throw new SQLException("An instance was not updated");
			}
		}
	}

	@Nullable String output(String id) throws SQLException {
		try (Connection connection = this.database.getConnection();
				PreparedStatement select = connection.prepareStatement("select output from instance where id = ?")) {
			select.setString(1, id);
			try (ResultSet result = select.executeQuery()) {
				return result.next() ? result.getString(1) : null;
			}
		}
	}

}
