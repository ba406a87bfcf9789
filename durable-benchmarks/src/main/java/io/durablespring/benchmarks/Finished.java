package io.durablespring.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Fills durable-spring's tables with instances that have finished, as they would be after
 * {@link Program#HELLO3}, by SQL.
 */
final class Finished {

	private static final String INSTANCES = """
			insert into durable_instance (hub, id, kind, name, status, execution_id, row_version, input, output, tags,
				created_at, started_at, updated_at, completed_at)
			select ?, 'filled-' || i, 'ORCHESTRATION', 'HELLO' || (3 + i % 10),
				case when i % 100 = 0 then 'FAILED' else 'COMPLETED' end, 'e' || i, 5, '0',
				'"Hello Tokyo! Hello Seattle! Hello London!"', null, time, time, time, time
			from generate_series(1, ?) i, lateral (select now() - make_interval(secs => i) as time) t
			""";

	private static final String HISTORY = """
			insert into durable_history (hub, instance_id, execution_id, sequence_number, event_type, event_time, task_id,
				payload)
			select ?, 'filled-' || i, 'e' || i, n, 'TaskCompleted', now(), n,
				'{"timestamp":"2026-01-01T00:00:00Z","taskId":' || n || ',"result":"Hello Tokyo! Hello Seattle!"}'
			from generate_series(1, ?) i, generate_series(0, 7) n
			""";

	private Finished() {
	}

	static void fill(DurableSpring contender, int count, boolean history) throws SQLException {
		try (Connection connection = contender.database().getConnection()) {
			insert(connection, INSTANCES, contender.hub(), count);
			if (history) {
				insert(connection, HISTORY, contender.hub(), count);
			}
			try (Statement statement = connection.createStatement()) {
				statement.execute("vacuum analyze durable_instance, durable_history");
			}
		}
	}

	private static void insert(Connection connection, String sql, String hub, int count) throws SQLException {
		try (PreparedStatement insert = connection.prepareStatement(sql)) {
			insert.setString(1, hub);
			insert.setInt(2, count);
			insert.executeUpdate();
		}
	}

}
