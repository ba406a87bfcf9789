package io.durablespring.jpa;

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
import io.durablespring.spi.OrchestrationStore.Histories;
import io.durablespring.spi.OrchestrationStore.Unreadable;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/**
 * Events in {@code durable_history}.
 */
final class HistoryTable {

	private static final String ONE_EXECUTION = "instance_id = wanted.key1 AND execution_id = wanted.key2";

	private static final String MANY_EXECUTIONS = "instance_id IN %s AND execution_id IN %s";

	private static final String SELECT = """
			SELECT instance_id, execution_id, event_type, event_time, payload FROM durable_history
			WHERE hub = ? AND <executions> ORDER BY instance_id, execution_id, sequence_number""";

	private static final String SELECT_OUTCOMES = """
			SELECT instance_id, execution_id, task_id FROM durable_history
			WHERE hub = ? AND <executions> AND event_type IN ('TaskCompleted', 'TaskFailed')""";

	private static final String SELECT_OPEN_TIMERS = """
			SELECT task_id FROM durable_history
			WHERE hub = ? AND instance_id = ? AND execution_id = ? AND event_type = 'TimerCreated'
			EXCEPT SELECT task_id FROM durable_history
			WHERE hub = ? AND instance_id = ? AND execution_id = ? AND event_type IN ('TimerFired', 'TimerCanceled')""";

	private static final String DELETE = "DELETE FROM durable_history WHERE hub = ? AND instance_id IN ";

	private final JdbcTemplate jdbc;

	private final Dialect dialect;

	private final String select;

	private final String selectOutcomes;

	private final RowInsert<Row> rows;

	private final HistoryCodec codec;

	private final String hub;

	HistoryTable(JdbcTemplate jdbc, Dialect dialect, HistoryCodec codec, String hub) {
		this.jdbc = jdbc;
		this.dialect = dialect;
		this.select = of(SELECT, dialect);
		this.selectOutcomes = of(SELECT_OUTCOMES, dialect);
		this.rows = new RowInsert<>(jdbc, dialect, "durable_history",
				List.of(Column.text("hub", (row) -> hub), Column.text("instance_id", Row::instanceId),
						Column.text("execution_id", Row::executionId), Column.integer("sequence_number", Row::sequence),
						Column.text("event_type", Row::type), Column.time("event_time", Row::time),
						Column.integer("task_id", Row::taskId), Column.text("payload", Row::payload)));
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
		this.rows.insert(rows);
	}

	void addTo(AtomicStatement statement, List<Row> rows) {
		this.rows.addTo(statement, rows);
	}

	/**
	 * Removes the histories of all executions of instances.
	 */
	void delete(Collection<String> instanceIds) {
		for (InList list : InList.of(instanceIds)) {
			this.jdbc.update(DELETE + list.marks(), list.after(this.hub));
		}
	}

	Histories read(Collection<InstanceHead> heads) {
		Map<Execution, StoredHistory> histories = new HashMap<>();
		heads.forEach((head) -> histories.put(Execution.of(head), new StoredHistory()));
		query(this.select, histories.keySet(), (row) -> {
			StoredHistory history = histories
				.get(new Execution(row.getString("instance_id"), row.getString("execution_id")));
			if (history != null) {
				history.add(this.codec, row.getString("event_type"), SqlTime.get(row, "event_time"),
						row.getString("payload"));
			}
		});
		Map<String, List<HistoryEvent>> readable = new HashMap<>();
		Map<String, Unreadable> unreadable = new HashMap<>();
		histories.forEach((execution, history) -> {
			if (history.problem == null) {
				readable.put(execution.instanceId(), history.events);
			}
			else {
				unreadable.put(execution.instanceId(),
						new Unreadable(history.length, history.lastTimestamp, history.problem));
			}
		});
		return new Histories(readable, unreadable);
	}

	/**
	 * The tasks of activity calls that have an outcome.
	 */
	Set<Outcome> outcomes(Set<Execution> executions) {
		Set<Outcome> outcomes = new HashSet<>();
		query(this.selectOutcomes, executions,
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

	private static String of(String query, Dialect dialect) {
		return dialect.takesArrays() ? Lookup.of(query.replace("<executions>", ONE_EXECUTION), 2)
				: query.replace("<executions>", MANY_EXECUTIONS);
	}

	/**
	 * Two lists instead of one of pairs: databases use the primary key for it. They may
	 * name a pair that nobody asked for, so callers look at what they get.
	 */
	private void query(String sql, Collection<Execution> executions, RowCallbackHandler rows) {
		if (this.dialect.takesArrays()) {
			List<Execution> all = List.copyOf(executions);
			this.jdbc.query(sql, Lookup.parameters(this.hub, all.stream().map(Execution::instanceId).toList(),
					all.stream().map(Execution::id).toList()), rows);
			return;
		}
		for (List<Execution> part : InList.parts(List.copyOf(executions))) {
			InList instances = InList.padded(part.stream().map(Execution::instanceId).toList());
			InList ids = InList.padded(part.stream().map(Execution::id).toList());
			List<Object> parameters = new ArrayList<>(List.of(this.hub));
			parameters.addAll(instances.values());
			parameters.addAll(ids.values());
			this.jdbc.query(sql.formatted(instances.marks(), ids.marks()), rows, parameters.toArray());
		}
	}

	/** A history as far as it was read. */
	private static final class StoredHistory {

		private final List<HistoryEvent> events = new ArrayList<>();

		private int length;

		private Instant lastTimestamp = Instant.EPOCH;

		private @Nullable String problem;

		void add(HistoryCodec codec, String type, Instant time, String payload) {
			if (this.problem == null) {
				try {
					this.events.add(codec.read(type, payload));
				}
				catch (RuntimeException ex) {
					this.problem = "Event %d, %s: %s".formatted(this.length, type, ex.getMessage());
				}
			}
			this.length++;
			this.lastTimestamp = time.isAfter(this.lastTimestamp) ? time : this.lastTimestamp;
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
