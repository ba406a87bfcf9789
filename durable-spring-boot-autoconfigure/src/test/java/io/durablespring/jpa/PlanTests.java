package io.durablespring.jpa;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.durablespring.InstanceFilter;
import io.durablespring.InstanceQuery;
import io.durablespring.InstanceStatus;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.InstanceQueries;
import io.durablespring.spi.StepCommit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How PostgreSQL answers the statements of the queries when there are many rows.
 */
class PlanTests {

	private static final String HUB = UUID.randomUUID().toString();

	private static final String SCHEMA = "plans_" + HUB.replace('-', '_');

	private static final List<String> STATEMENTS = new ArrayList<>();

	private static HikariDataSource pool;

	private static JdbcTemplate jdbc;

	private static JdbcTemplate explaining;

	private static InstanceQueries queries;

	@BeforeAll
	static void fill() {
		pool = new HikariDataSource();
		// Tables of its own: what others store there would change the statistics.
		new JdbcTemplate(new DriverManagerDataSource(TestDatabase.postgresqlUrl())).execute("CREATE SCHEMA " + SCHEMA);
		String url = TestDatabase.postgresqlUrl() + "&currentSchema=" + SCHEMA;
		pool.setJdbcUrl(url);
		pool.setMaximumPoolSize(1);
		jdbc = new JdbcTemplate(pool);
		// Sends the text as it is: there are no values for its parameters.
		explaining = new JdbcTemplate(new DriverManagerDataSource(url + "&preferQueryMode=simple"));
		TestDatabase database = new TestDatabase(new RecordingDataSource(pool), "postgresql");
		queries = database.store(database.jpaTransactions(), HUB).queries();
		// One in a hundred is not COMPLETED, one in ten has a parent.
		jdbc.update("""
				INSERT INTO durable_instance (hub, id, kind, name, status, execution_id, row_version, input, tags,
				parent_id, parent_execution_id, parent_task_id, created_at, updated_at)
				SELECT ?, 'instance-' || n, 'ORCHESTRATION', 'name-' || n % 7,
				CASE WHEN n % 100 = 0 THEN 'RUNNING' ELSE 'COMPLETED' END, 'x-' || n, 3, repeat('x', 200),
				'{"colour":"blue"}', CASE WHEN n % 10 = 0 THEN 'instance-' || n / 100 END, 'x', 1,
				TIMESTAMPTZ '2026-03-29 01:30:00Z' + n * INTERVAL '1 second', now()
				FROM generate_series(1, 20000) AS n""", HUB);
		// Ten events for each, among them a timer that is open and one that has fired.
		jdbc.update("""
				INSERT INTO durable_history (hub, instance_id, execution_id, sequence_number, event_type, event_time,
				task_id, payload) SELECT ?, 'instance-' || n / 10, 'x-' || n / 10, n % 10,
				CASE n % 10 WHEN 3 THEN 'TimerCreated' WHEN 4 THEN 'TimerFired' WHEN 5 THEN 'TimerCreated'
				ELSE 'TaskCompleted' END, now(), CASE n % 10 WHEN 3 THEN 4 ELSE n % 10 END, '{}'
				FROM generate_series(10, 99999) AS n""", HUB);
		jdbc.update("""
				INSERT INTO durable_outbox (hub, id, due_at, messages)
				SELECT ?, 'x-' || n || ':5', now() + INTERVAL '1 year', '[]' FROM generate_series(1, 20000) AS n""",
				HUB);
		jdbc.update("""
				INSERT INTO durable_payload (hub, id, instance_id, holder, content, created_at)
				SELECT ?, 'd' || n, 'instance-' || n / 10, CASE WHEN n % 2 = 0 THEN 'x-' || n / 10 || ':' || n % 10
				ELSE '' END, '1', now() FROM generate_series(10, 29999) AS n""", HUB);
		jdbc.execute("VACUUM ANALYZE durable_instance, durable_history, durable_outbox, durable_payload");
	}

	@AfterAll
	static void close() {
		jdbc.execute("DROP SCHEMA " + SCHEMA + " CASCADE");
		pool.close();
	}

	@Test
	void aPageIsReadInOrderOfTheIndex() {
		assertThat(plan(() -> queries.list(InstanceQuery.all()))).contains("durable_instance_by_created")
			.doesNotContain("Sort", "Seq Scan");
	}

	@Test
	void aLaterPageStartsWhereTheOneBeforeEnded() {
		String token = queries.list(InstanceQuery.all()).continuationToken();
		assertThat(plan(() -> queries.list(InstanceQuery.all().after(token))))
			.containsPattern("Index Cond: .*created_at >=")
			.contains("durable_instance_by_created")
			.doesNotContain("Sort", "Seq Scan");
	}

	@Test
	void aPageByStatusAndNameReadsAnIndex() {
		InstanceQuery query = InstanceQuery.of(InstanceFilter.all().status(InstanceStatus.RUNNING).name("name-3"));
		assertThat(plan(() -> queries.list(query))).doesNotContain("Seq Scan");
	}

	@Test
	void countsReadTheIndexAlone() {
		assertThat(plan(() -> queries.counts())).containsPattern("Index Only Scan using durable_instance_by_status")
			.doesNotContain("Seq Scan");
		assertThat(queries.counts()).hasSize(14);
	}

	@Test
	void childrenAreFoundByTheIndex() {
		assertThat(plan(() -> queries.children(List.of("instance-7", "instance-8"))))
			.contains("durable_instance_by_parent")
			.doesNotContain("Seq Scan");
		assertThat(queries.children(List.of("instance-7", "instance-8"))).hasSize(20);
	}

	@Test
	void openTimersAreFoundByTheKeyOfTheHistory() {
		HistoryTable history = new HistoryTable(recorded(), Dialect.POSTGRESQL, TestDatabase.CODEC, HUB);
		HistoryTable.Execution execution = new HistoryTable.Execution("instance-77", "x-77");
		assertThat(plan(() -> history.openTimers(execution))).contains("durable_history_pk").doesNotContain("Seq Scan");
		assertThat(history.openTimers(execution)).containsExactly(5);
	}

	@Test
	void entriesAreRemovedByTheirKey() {
		OutboxTable outbox = new OutboxTable(recorded(), Dialect.POSTGRESQL, HUB);
		assertThat(plan(() -> outbox.remove(List.of("x-1:4", "x-1:start")))).contains("durable_outbox_pk")
			.doesNotContain("Seq Scan");
	}

	@Test
	void valuesAreRemovedByAnIndexWhateverHoldsThem() {
		PayloadTable payloads = new PayloadTable(recorded(), Dialect.POSTGRESQL, HUB);
		StepCommit step = new StepCommit(
				new InstanceHead("instance-1", "order", null, InstanceStatus.RUNNING, "x-1", 1, null), Instant.EPOCH,
				new StepCommit.State(InstanceStatus.RUNNING, true, null, null, null, null),
				new StepCommit.HistoryChange("x-1~1", 0, List.of(), null,
						new StepCommit.PayloadChange(List.of("event:m"), List.of("event:m:start"), "x-1",
								List.of(new StepCommit.LeftPayload("x-1:3", "d13")), List.of("d13"))),
				StepCommit.Outgoing.nothing(), List.of());
		assertThat(plans(() -> payloads.change(List.of(step)))).hasSize(5)
			.allSatisfy((plan) -> assertThat(plan).contains("durable_payload_").doesNotContain("Seq Scan"));
		assertThat(plan(() -> payloads.delete(List.of("instance-2", "instance-3")))).contains("durable_payload_")
			.doesNotContain("Seq Scan");
	}

	private static JdbcTemplate recorded() {
		return new JdbcTemplate(new RecordingDataSource(pool));
	}

	/** The plan for whatever parameters come. */
	private static String plan(Runnable query) {
		List<String> plans = plans(query);
		assertThat(plans).hasSize(1);
		return plans.get(0);
	}

	private static List<String> plans(Runnable query) {
		STATEMENTS.clear();
		query.run();
		return STATEMENTS.stream().map(PlanTests::explain).toList();
	}

	private static String explain(String statement) {
		StringBuilder numbered = new StringBuilder();
		int number = 0;
		for (char c : statement.toCharArray()) {
			numbered.append((c == '?') ? "$" + ++number : String.valueOf(c));
		}
		return String.join("\n", explaining.queryForList("EXPLAIN (GENERIC_PLAN) " + numbered, String.class));
	}

	/**
	 * Notes the statements that are prepared.
	 */
	private static final class RecordingDataSource extends DelegatingDataSource {

		RecordingDataSource(DataSource target) {
			super(target);
		}

		@Override
		public Connection getConnection() throws SQLException {
			Connection connection = super.getConnection();
			return (Connection) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Connection.class },
					(proxy, method, arguments) -> {
						if (method.getName().equals("prepareStatement")) {
							STATEMENTS.add((String) arguments[0]);
						}
						try {
							return method.invoke(connection, arguments);
						}
						catch (InvocationTargetException ex) {
							throw ex.getTargetException();
						}
					});
		}

	}

}
