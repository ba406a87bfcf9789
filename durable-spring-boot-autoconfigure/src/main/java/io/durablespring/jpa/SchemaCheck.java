package io.durablespring.jpa;

import java.util.LinkedHashMap;
import java.util.Map;

import javax.sql.DataSource;

import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Finds out at start whether the tables are there: later it would be an instance that
 * meets their absence.
 */
public final class SchemaCheck {

	private static final Map<String, String> COLUMNS = new LinkedHashMap<>();

	static {
		COLUMNS.put("durable_instance", """
				hub, id, kind, name, version, status, execution_id, row_version, input, output, failure,
				custom_status, tags, parent_id, parent_execution_id, parent_task_id, created_at, started_at,
				updated_at, completed_at""");
		COLUMNS.put("durable_history", """
				hub, instance_id, execution_id, sequence_number, event_type, event_time, task_id, payload""");
		COLUMNS.put("durable_outbox", "hub, id, due_at, claimed_until, messages");
		COLUMNS.put("durable_inbox", "hub, message_id, received_at");
		COLUMNS.put("durable_payload", "hub, id, instance_id, holder, content, created_at");
	}

	private SchemaCheck() {
	}

	/**
	 * Looks at every table and column of the store.
	 * @param dataSource the database
	 * @param script where the script is that creates the tables, for the exception
	 * @throws MissingSchemaException if one cannot be read
	 */
	public static void verify(DataSource dataSource, String script) {
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		COLUMNS.forEach((table, columns) -> {
			try {
				jdbc.queryForList("SELECT " + columns + " FROM " + table + " WHERE 1 = 0");
			}
			catch (BadSqlGrammarException ex) {
				throw new MissingSchemaException(table, script, ex);
			}
		});
	}

}
