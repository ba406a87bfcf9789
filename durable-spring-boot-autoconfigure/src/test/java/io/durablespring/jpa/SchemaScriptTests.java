package io.durablespring.jpa;

import java.util.List;
import java.util.UUID;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.support.JdbcTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * The scripts that create the tables.
 */
class SchemaScriptTests {

	private static final String FIRST_VERSION = """
			CREATE TABLE durable_instance (hub VARCHAR(100) NOT NULL, id VARCHAR(256) NOT NULL,
			kind VARCHAR(20) NOT NULL, name VARCHAR(256) NOT NULL, version VARCHAR(100), status VARCHAR(20) NOT NULL,
			execution_id VARCHAR(100) NOT NULL, row_version BIGINT NOT NULL, input TEXT, output TEXT, failure TEXT,
			custom_status TEXT, tags TEXT, parent_id VARCHAR(256), created_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
			started_at TIMESTAMP(6) WITH TIME ZONE, updated_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
			completed_at TIMESTAMP(6) WITH TIME ZONE, CONSTRAINT durable_instance_pk PRIMARY KEY (hub, id))""";

	private static final String FIRST_ROW = """
			INSERT INTO durable_instance (hub, id, kind, name, status, execution_id, row_version, created_at, updated_at)
			VALUES ('hub', 'a', 'ORCHESTRATION', 'order', 'RUNNING', 'x', 3, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP)""";

	private final HikariDataSource pool = new HikariDataSource();

	@AfterEach
	void close() {
		this.pool.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "h2", "postgresql" })
	void scriptsAreRepeatable(String platform) {
		JdbcTemplate jdbc = emptyDatabase(platform);
		run(platform);
		jdbc.update(FIRST_ROW);
		run(platform);
		assertThat(jdbc.queryForList("SELECT id FROM durable_instance", String.class)).containsExactly("a");
		assertThatNoException().isThrownBy(() -> SchemaCheck.verify(this.pool, "script"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "h2", "postgresql" })
	void tablesOfTheFirstVersionGetWhatTheyLack(String platform) {
		JdbcTemplate jdbc = emptyDatabase(platform);
		jdbc.execute(FIRST_VERSION);
		jdbc.update(FIRST_ROW);
		run(platform);
		assertThatNoException().isThrownBy(() -> SchemaCheck.verify(this.pool, "script"));
		assertThat(new TestDatabase(this.pool, platform).store(new JdbcTransactionManager(this.pool), "hub")
			.store()
			.load(List.of("a"))).singleElement().satisfies((head) -> {
				assertThat(head.rowVersion()).isEqualTo(3);
				assertThat(head.parent()).isNull();
			});
	}

	@Test
	void scriptsCreateTheSameColumnsInTheSameOrder() {
		assertThat(columns("h2")).isEqualTo(columns("postgresql")).hasSizeGreaterThan(30);
	}

	private List<String> columns(String platform) {
		TestDatabase database = TestDatabase.of(platform);
		return new JdbcTemplate(database.dataSource()).queryForList("""
				SELECT LOWER(table_name) || '.' || LOWER(column_name) AS name FROM information_schema.columns
				WHERE LOWER(table_name) LIKE 'durable!_%' ESCAPE '!' AND LOWER(table_schema) = 'public'
				ORDER BY LOWER(table_name), ordinal_position""", String.class);
	}

	@Test
	void aMissingTableIsNamed() {
		emptyDatabase("h2");
		run("h2");
		new JdbcTemplate(this.pool).execute("DROP TABLE durable_payload");
		assertThatExceptionOfType(MissingSchemaException.class)
			.isThrownBy(() -> SchemaCheck.verify(this.pool, "the-script"))
			.withMessageContaining("durable_payload")
			.withMessageContaining("the-script");
	}

	private JdbcTemplate emptyDatabase(String platform) {
		if (platform.equals("h2")) {
			this.pool.setJdbcUrl(TestDatabase.h2Url());
		}
		else {
			String schema = "s" + UUID.randomUUID().toString().replace("-", "");
			new JdbcTemplate(TestDatabase.postgresql().dataSource()).execute("CREATE SCHEMA " + schema);
			this.pool.setJdbcUrl(TestDatabase.postgresqlUrl() + "&currentSchema=" + schema);
		}
		this.pool.setMaximumPoolSize(2);
		return new JdbcTemplate(this.pool);
	}

	private void run(String platform) {
		Resource script = new ClassPathResource("schema-" + platform + ".sql", SchemaCheck.class);
		new ResourceDatabasePopulator(script).execute(this.pool);
	}

}
