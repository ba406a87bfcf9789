package io.durablespring.faults;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.init.ScriptUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The checker finds what is planted, and nothing where nothing is.
 */
class CheckerTests {

	private static final OffsetDateTime NOON = OffsetDateTime.of(2026, 11, 25, 12, 0, 0, 0, ZoneOffset.UTC);

	private Connection connection;

	/**
	 * Two orders that are done: a sequence of two steps, and one letter after a timer.
	 */
	@BeforeEach
	void doTwoOrders() throws SQLException {
		this.connection = DriverManager.getConnection("jdbc:h2:mem:" + UUID.randomUUID());
		ScriptUtils.executeSqlScript(this.connection, new ClassPathResource("io/durablespring/jpa/schema-h2.sql"));
		ScriptUtils.executeSqlScript(this.connection, new ClassPathResource("workload.sql", Checker.class));
		order("a", "sequence", 2);
		instance("a", "94");
		history("a", 0, "OrchestratorStarted", null, "{}");
		history("a", 1, "ExecutionStarted", null, "{}");
		history("a", 2, "TaskScheduled", 0, "{}");
		history("a", 3, "OrchestratorStarted", null, "{}");
		history("a", 4, "TaskCompleted", 0, "{}");
		history("a", 5, "TaskScheduled", 1, "{}");
		history("a", 6, "OrchestratorStarted", null, "{}");
		history("a", 7, "TaskCompleted", 1, "{}");
		history("a", 8, "ExecutionCompleted", null, "{}");
		booked("a/0");
		booked("a/1");
		order("b", "reminder", 1);
		instance("b", "52");
		history("b", 0, "OrchestratorStarted", null, "{}");
		history("b", 1, "ExecutionStarted", null, "{}");
		history("b", 2, "TimerCreated", 0, "{\"fireAt\":\"2026-11-25T12:00:01Z\"}");
		history("b", 3, "OrchestratorStarted", null, "{}");
		history("b", 4, "TimerFired", 0, "{}");
		history("b", 5, "TaskScheduled", 1, "{}");
		history("b", 6, "OrchestratorStarted", null, "{}");
		history("b", 7, "TaskCompleted", 1, "{}");
		history("b", 8, "ExecutionCompleted", null, "{}");
		posted("b/0");
		posted("b/0");
	}

	/**
	 * One that was terminated, with a child; one that was suspended and resumed; one that
	 * has failed and was rewound; one that its signal has started.
	 */
	@BeforeEach
	void doFourOrdersThatAreSteered() throws SQLException {
		order("c", "recalled", 1);
		instance("c", null);
		instance("c-child0", null);
		execute("update durable_instance set status = 'TERMINATED' where id like 'c%'");
		history("c", "OrchestratorStarted", "ExecutionStarted", "TaskScheduled 0", "OrchestratorStarted",
				"TaskCompleted 0", "SubOrchestrationInstanceCreated 1", "OrchestratorStarted", "ExecutionTerminated");
		history("c-child0", "OrchestratorStarted", "ExecutionTerminated");
		booked("c/0");
		order("d", "paused", 1);
		signal("d", 9);
		instance("d", "121");
		history("d", "OrchestratorStarted", "ExecutionStarted", "TaskScheduled 0", "OrchestratorStarted",
				"ExecutionSuspended", "OrchestratorStarted", "TaskCompleted 0", "OrchestratorStarted",
				"ExecutionResumed", "TaskScheduled 1", "OrchestratorStarted", "TaskCompleted 1", "ExecutionCompleted");
		booked("d/0");
		booked("d/1");
		order("e", "repaired", 2);
		instance("e", "850");
		history("e", "OrchestratorStarted", "ExecutionStarted", "TaskScheduled 0", "OrchestratorStarted",
				"ExecutionRewound", "OrchestratorStarted", "TaskCompleted 0", "ExecutionCompleted");
		for (int step = 0; step < 4; step++) {
			booked("e/" + step);
		}
		order("f", "basket", 1);
		signal("f", 5);
		instance("f", "46");
		history("f", "OrchestratorStarted", "ExecutionStarted", "EventRaised", "TaskScheduled 0", "OrchestratorStarted",
				"TaskCompleted 0", "ExecutionCompleted");
		booked("f/0");
	}

	@AfterEach
	void close() throws SQLException {
		this.connection.close();
	}

	@Test
	void whatIsDoneAsItShouldIsFine() throws SQLException {
		assertThat(check()).isEmpty();
	}

	@Test
	void anotherHubIsNoneOfItsBusiness() throws SQLException {
		execute("insert into durable_outbox (hub, id, due_at, messages) values ('other', 'x', current_timestamp, '')");
		assertThat(check()).isEmpty();
	}

	@ParameterizedTest(name = "{1}: {0}")
	@CsvSource(quoteCharacter = '"', delimiter = '|',
			textBlock = """
					delete from durable_instance where id = 'a'                           | Instance a is lost
					update durable_instance set status = 'RUNNING' where id = 'a'         | Instance a is RUNNING
					update durable_instance set completed_at = null where id = 'a'        | Instance a has no time of its end
					update durable_instance set output = '95' where id = 'a'              | Instance a has the output 95, not 94
					update durable_instance set output = null where id = 'a'              | Instance a has the output null, not 94
					update durable_instance set id = 'z' where id = 'a'                   | Instance z belongs to no order
					update workload_order set taken = false where id = 'a'                | Order a was not taken
					insert into workload_signal values (99, 'a', 1, false)                | A signal of a was not raised
					insert into workload_booking values (99, 'a/1', 1, 'key')             | Step a/1 was booked 2 times
					insert into workload_booking values (99, 'a/2', 1, 'key')             | Step a/2 was booked and ought not to be
					delete from workload_booking where step = 'a/1'                       | Step a/1 was not booked
					delete from workload_letter                                           | Step b/0 was not posted
					insert into workload_letter values (99, 'b/1', 'key')                 | Step b/1 was posted and ought not to be
					insert into durable_outbox values ('hub', 'x', current_timestamp, null, '') | x
					delete from durable_history where instance_id = 'a'                   | History of a is lost
					update durable_history set execution_id = 'e2' where sequence_number = 8 and instance_id = 'a' | a (e2) has a history and is no execution
					update durable_history set task_id = 0 where sequence_number = 7 and instance_id = 'a' | History of a has two outcomes of one task
					update durable_history set task_id = 0 where sequence_number = 5 and instance_id = 'a' | History of a begins a task twice
					update durable_history set task_id = 7 where sequence_number = 7 and instance_id = 'a' | History of a has an outcome of nothing
					update durable_history set event_type = 'TimerFired' where sequence_number = 7 and instance_id = 'a' | History of a has an outcome of nothing
					update durable_history set event_type = 'EventRaised' where sequence_number = 7 and instance_id = 'a' | History of a has no outcome of
					update durable_history set event_type = 'EventRaised' where sequence_number = 1 and instance_id = 'a' | History of a starts 0 times
					update durable_history set event_type = 'ExecutionStarted' where sequence_number = 3 and instance_id = 'a' | History of a starts 2 times
					delete from durable_history where sequence_number = 8 and instance_id = 'a' | History of a stops at
					update durable_history set sequence_number = 9 where sequence_number = 8 and instance_id = 'a' | History of a has no event 8
					update durable_history set event_type = 'ExecutionFailed' where sequence_number = 6 and instance_id = 'a' | History of a goes on after
					update durable_history set event_time = timestamp with time zone '2026-11-25 12:00:02+00' where sequence_number = 6 and instance_id = 'a' | History of a goes back in time
					update durable_history set event_time = timestamp with time zone '2026-11-25 12:00:00.9+00' where event_type = 'TimerFired' | History of b fires too early
					delete from durable_instance where id = 'c'                           | Instance c is lost
					update durable_instance set status = 'RUNNING' where id = 'c-child0'  | Instance c-child0 is RUNNING
					update durable_instance set status = 'COMPLETED' where id = 'c'       | Instance c is COMPLETED
					delete from durable_history where instance_id = 'c'                   | History of c is lost
					update durable_instance set output = '1' where id = 'c'               | Instance c has the output 1, not null
					insert into workload_booking values (99, 'c/0', 1, 'key')             | Step c/0 was booked 2 times
					insert into workload_booking values (99, 'c/1', 1, 'key')             | Step c/1 was booked and ought not to be
					update durable_history set event_type = 'ExecutionFailed' where instance_id = 'c' and sequence_number = 7 | History of c does not end with ExecutionTerminated
					update durable_history set event_type = 'ExecutionTerminated' where instance_id = 'd' and sequence_number = 12 | History of d does not end with ExecutionCompleted
					update durable_history set event_type = 'EventRaised' where event_type = 'ExecutionSuspended' | History of d has no ExecutionSuspended
					update durable_history set event_type = 'EventRaised' where event_type = 'ExecutionResumed' | History of d goes on while it is suspended
					update durable_instance set output = '94' where id = 'd'              | Instance d has the output 94, not 121
					update durable_history set event_type = 'EventRaised' where event_type = 'ExecutionRewound' | History of e has no ExecutionRewound
					insert into workload_booking values (99, 'e/0', 1, 'key')             | Step e/0 was booked 2 times
					update durable_instance set output = '31' where id = 'f'              | Instance f has the output 31, not 46
					update workload_signal set taken = false where order_id = 'f'         | A signal of f was not raised
					""")
	void aPlantedViolationIsFound(String plant, String violation) throws SQLException {
		execute(plant);
		assertThat(check()).anyMatch((found) -> found.startsWith(violation));
	}

	private List<String> check() throws SQLException {
		return new Checker(this.connection, "hub").check();
	}

	private void order(String id, String kind, int size) throws SQLException {
		execute("insert into workload_order values (?, ?, ?, 10, true)", id, kind, size);
	}

	private void instance(String id, String output) throws SQLException {
		execute("""
				insert into durable_instance (hub, id, kind, name, status, execution_id, row_version, output, created_at,
				updated_at, completed_at) values ('hub', ?, 'ORCHESTRATION', 'name', 'COMPLETED', 'e1', 1, ?, ?, ?, ?)""",
				id, output, NOON, NOON, NOON);
	}

	private void history(String id, int sequence, String type, Integer task, String payload) throws SQLException {
		execute("insert into durable_history values ('hub', ?, 'e1', ?, ?, ?, ?, ?)", id, sequence, type,
				NOON.plusSeconds(sequence), task, payload);
	}

	private void history(String id, String... events) throws SQLException {
		for (int i = 0; i < events.length; i++) {
			String[] typeAndTask = events[i].split(" ");
			history(id, i, typeAndTask[0], (typeAndTask.length > 1) ? Integer.valueOf(typeAndTask[1]) : null, "{}");
		}
	}

	private void signal(String order, int number) throws SQLException {
		execute("insert into workload_signal (order_id, number, taken) values (?, ?, true)", order, number);
	}

	private void booked(String step) throws SQLException {
		execute("insert into workload_booking (step, number, call_key) values (?, 1, 'key')", step);
	}

	private void posted(String step) throws SQLException {
		execute("insert into workload_letter (step, call_key) values (?, 'key')", step);
	}

	private void execute(String sql, Object... parameters) throws SQLException {
		try (PreparedStatement statement = this.connection.prepareStatement(sql)) {
			for (int i = 0; i < parameters.length; i++) {
				statement.setObject(i + 1, parameters[i]);
			}
			assertThat(statement.executeUpdate()).isPositive();
		}
	}

}
