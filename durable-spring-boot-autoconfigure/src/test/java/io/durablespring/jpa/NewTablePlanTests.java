package io.durablespring.jpa;

import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How PostgreSQL finds rows by their keys in tables that it knows nothing of yet. A
 * connection keeps the plans that it makes then.
 */
class NewTablePlanTests {

	private static final String SCHEMA = "new_tables_" + UUID.randomUUID().toString().replace('-', '_');

	private static JdbcTemplate jdbc;

	@BeforeAll
	static void create() {
		JdbcTemplate all = new JdbcTemplate(new DriverManagerDataSource(TestDatabase.postgresqlUrl()));
		all.execute("CREATE SCHEMA " + SCHEMA);
		DriverManagerDataSource own = new DriverManagerDataSource(
				TestDatabase.postgresqlUrl() + "&preferQueryMode=simple&currentSchema=" + SCHEMA);
		new ResourceDatabasePopulator(new ClassPathResource("schema-postgresql.sql", PlanTests.class)).execute(own);
		jdbc = new JdbcTemplate(own);
		List.of("instance", "outbox", "inbox", "history")
			.forEach((table) -> jdbc.execute("ALTER TABLE durable_" + table + " SET (autovacuum_enabled = false)"));
	}

	@AfterAll
	static void drop() {
		jdbc.execute("DROP SCHEMA " + SCHEMA + " CASCADE");
	}

	@Test
	void manyKeysAreLookedUpOneAfterTheOther() {
		String rows = Lookup.of("SELECT status FROM durable_instance WHERE hub = ? AND id = wanted.key1", 1);
		String plan = String.join("\n",
				jdbc.queryForList(
						"EXPLAIN (GENERIC_PLAN) " + rows.replace("?::text[]", "$1::text[]").replace("= ?", "= $2"),
						String.class));
		assertThat(plan).contains("durable_instance_pk", "Nested Loop").doesNotContain("Seq Scan");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					durable_instance | UPDATE durable_instance SET row_version = 1 WHERE hub = $1 AND id = $2 AND row_version = $3
					durable_instance | SELECT status FROM durable_instance WHERE hub = $1 AND id = $2
					durable_outbox   | DELETE FROM durable_outbox WHERE hub = $1 AND id = ANY ($2)
					durable_inbox    | SELECT 1 FROM durable_inbox WHERE hub = $1 AND message_id IN ($2, $3)
					durable_history  | SELECT payload FROM durable_history WHERE hub = $1 AND instance_id = $2
					""")
	void rowsAreFoundByThePrimaryKey(String table, String statement) {
		List<String> plan = jdbc.queryForList("EXPLAIN (GENERIC_PLAN) " + statement, String.class);
		assertThat(String.join("\n", plan)).contains(table + "_pk").doesNotContain("_by_", "Seq Scan");
	}

}
