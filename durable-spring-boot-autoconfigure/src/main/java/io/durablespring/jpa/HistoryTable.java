package io.durablespring.jpa;

import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.durablespring.history.HistoryCodec;
import io.durablespring.history.HistoryEvent;
import io.durablespring.spi.InstanceHead;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/**
 * Events in {@code durable_history}.
 */
final class HistoryTable {

	private static final Logger logger = LoggerFactory.getLogger(HistoryTable.class);

	private static final String INSERT = """
			INSERT INTO durable_history
			(hub, instance_id, execution_id, sequence_number, event_type, event_time, task_id, payload)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?)""";

	private static final String SELECT = """
			SELECT instance_id, execution_id, event_type, payload FROM durable_history
			WHERE hub = ? AND instance_id IN %s AND execution_id IN %s
			ORDER BY instance_id, execution_id, sequence_number""";

	private static final String SELECT_OUTCOMES = """
			SELECT instance_id, execution_id, task_id FROM durable_history
			WHERE hub = ? AND instance_id IN %s AND execution_id IN %s
			AND event_type IN ('TaskCompleted', 'TaskFailed')""";

	private static final String SELECT_OPEN_TIMERS = """
			SELECT task_id FROM durable_history
			WHERE hub = ? AND instance_id = ? AND execution_id = ? AND event_type = 'TimerCreated'
			EXCEPT SELECT task_id FROM durable_history
			WHERE hub = ? AND instance_id = ? AND execution_id = ? AND event_type IN ('TimerFired', 'TimerCanceled')""";

	private static final String DELETE = "DELETE FROM durable_history WHERE hub = ? AND instance_id IN ";

	private final JdbcTemplate jdbc;

	private final HistoryCodec codec;

	private final String hub;

	HistoryTable(JdbcTemplate jdbc, HistoryCodec codec, String hub) {
		this.jdbc = jdbc;
		this.codec = codec;
		this.hub = hub;
	}

	Row row(Execution execution, int sequence, HistoryEvent event) {
		return new Row(execution.instanceId(), execution.id(), sequence, HistoryCodec.nameOf(event.getClass()),
				event.timestamp(), taskId(event), this.codec.write(event));
	}

	private static @Nullable Integer taskId(HistoryEvent event) {
		if (event instanceof HistoryEvent.Action action) {
			return (action.taskId() >= 0) ? Integer.valueOf(action.taskId()) : null;
		}
		return (event instanceof HistoryEvent.Completion completion) ? Integer.valueOf(completion.taskId()) : null;
	}

	void insert(List<Row> rows) {
		if (rows.isEmpty()) {
			return;
		}
		this.jdbc.batchUpdate(INSERT, rows, rows.size(), (statement, row) -> {
			statement.setString(1, this.hub);
			statement.setString(2, row.instanceId());
			statement.setString(3, row.executionId());
			statement.setInt(4, row.sequence());
			statement.setString(5, row.type());
			SqlTime.set(statement, 6, row.time());
			statement.setObject(7, row.taskId(), Types.INTEGER);
			statement.setString(8, row.payload());
		});
	}

	/**
	 * Removes the histories of all executions of instances.
	 */
	void delete(Collection<String> instanceIds) {
		for (InList list : InList.of(instanceIds)) {
			this.jdbc.update(DELETE + list.marks(), list.after(this.hub));
		}
	}

	Map<String, List<HistoryEvent>> read(Collection<InstanceHead> heads) {
		Map<Execution, List<HistoryEvent>> histories = new HashMap<>();
		heads.forEach((head) -> histories.put(Execution.of(head), new ArrayList<>()));
		Set<Execution> unreadable = new HashSet<>();
		query(SELECT, histories.keySet(), (row) -> {
			Execution execution = new Execution(row.getString("instance_id"), row.getString("execution_id"));
			List<HistoryEvent> history = histories.get(execution);
			if (history != null && !unreadable.contains(execution)) {
				try {
					history.add(this.codec.read(row.getString("event_type"), row.getString("payload")));
				}
				catch (RuntimeException ex) {
					logger.error("The history of instance '{}' cannot be read", execution.instanceId(), ex);
					unreadable.add(execution);
				}
			}
		});
		Map<String, List<HistoryEvent>> byInstance = new HashMap<>();
		histories.forEach((execution, history) -> {
			if (!unreadable.contains(execution)) {
				byInstance.put(execution.instanceId(), history);
			}
		});
		return byInstance;
	}

	/**
	 * The tasks of activity calls that have an outcome.
	 */
	Set<Outcome> outcomes(Set<Execution> executions) {
		Set<Outcome> outcomes = new HashSet<>();
		query(SELECT_OUTCOMES, executions,
				(row) -> outcomes
					.add(new Outcome(new Execution(row.getString("instance_id"), row.getString("execution_id")),
							row.getInt("task_id"))));
		return outcomes;
	}

	/**
	 * The tasks of timers that have not fired.
	 */
	List<Integer> openTimers(Execution execution) {
		return this.jdbc.queryForList(SELECT_OPEN_TIMERS, Integer.class, this.hub, execution.instanceId(),
				execution.id(), this.hub, execution.instanceId(), execution.id());
	}

	/**
	 * Two lists instead of one of pairs: databases use the primary key for it. They may
	 * name a pair that nobody asked for, so callers look at what they get.
	 */
	private void query(String sql, Collection<Execution> executions, RowCallbackHandler rows) {
		for (List<Execution> part : InList.parts(List.copyOf(executions))) {
			InList instances = InList.padded(part.stream().map(Execution::instanceId).toList());
			InList ids = InList.padded(part.stream().map(Execution::id).toList());
			List<Object> parameters = new ArrayList<>(List.of(this.hub));
			parameters.addAll(instances.values());
			parameters.addAll(ids.values());
			this.jdbc.query(sql.formatted(instances.marks(), ids.marks()), rows, parameters.toArray());
		}
	}

	/**
	 * An event with its components encoded.
	 */
	record Row(String instanceId, String executionId, int sequence, String type, Instant time, @Nullable Integer taskId,
			String payload) {
	}

	/**
	 * An execution of an instance.
	 */
	record Execution(String instanceId, String id) {

		static Execution of(InstanceHead head) {
			return new Execution(head.id(), head.executionId());
		}

	}

	/**
	 * A task that is done.
	 */
	record Outcome(Execution execution, int taskId) {
	}

}
