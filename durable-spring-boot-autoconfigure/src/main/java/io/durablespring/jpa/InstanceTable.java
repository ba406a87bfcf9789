package io.durablespring.jpa;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.durablespring.InstanceStatus;
import io.durablespring.ParentInstance;
import io.durablespring.Payload;
import io.durablespring.history.HistoryCodec;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.NewInstance;
import io.durablespring.spi.StepCommit;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Instances in {@code durable_instance}.
 */
final class InstanceTable {

	private static final String KIND = "ORCHESTRATION";

	/**
	 * The version goes on counting: who still holds the replaced instance must lose.
	 */
	private static final String REPLACE = """
			UPDATE durable_instance SET name = ?, version = ?, execution_id = ?, input = ?, tags = ?, parent_id = ?,
			parent_execution_id = ?, parent_task_id = ?, created_at = ?, updated_at = ?, status = 'PENDING',
			row_version = row_version + 1, output = NULL, failure = NULL, custom_status = NULL, started_at = NULL,
			completed_at = NULL WHERE hub = ? AND id = ?""";

	private static final String IF_FINISHED = " AND status IN ('COMPLETED', 'FAILED', 'TERMINATED')";

	private static final String SELECT_STATUS = "SELECT status FROM durable_instance WHERE hub = ? AND id = ?";

	private static final String SELECT_HEADS = """
			SELECT id, name, version, status, execution_id, row_version, parent_id, parent_execution_id, parent_task_id
			FROM durable_instance WHERE hub = ? AND\s""";

	private static final String LOCK = SELECT_HEADS + "id = ? FOR UPDATE";

	private static final String SELECT_BY_ID = SELECT_HEADS + "id IN ";

	private static final String LOOK_UP_BY_ID = Lookup.of(SELECT_HEADS + "id = wanted.key1", 1);

	private static final String SELECT_CHILDREN = SELECT_HEADS + "parent_id IN ";

	private static final String SELECT_UNFINISHED_CHILDREN = SELECT_HEADS
			+ "parent_id = ? AND status NOT IN ('COMPLETED', 'FAILED', 'TERMINATED')";

	private static final String DELETE = "DELETE FROM durable_instance WHERE hub = ? AND id = ? AND execution_id = ?"
			+ IF_FINISHED;

	private final JdbcTemplate jdbc;

	private final Dialect dialect;

	/** In the order of the parameters of {@link #REPLACE}. */
	private final List<Column<NewInstance>> replaced;

	private final RowInsert<NewInstance> rows;

	private final InstanceUpdate update;

	private final String hub;

	InstanceTable(JdbcTemplate jdbc, Dialect dialect, HistoryCodec codec, String hub) {
		this.jdbc = jdbc;
		this.dialect = dialect;
		this.replaced = List.of(Column.text("name", (row) -> row.started().name()),
				Column.text("version", (row) -> row.started().version()),
				Column.text("execution_id", NewInstance::executionId),
				Column.text("input", (row) -> json(row.started().input())),
				Column.text("tags", (row) -> tags(row.started(), codec)),
				Column.text("parent_id", (row) -> parent(row, ParentInstance::instanceId)),
				Column.text("parent_execution_id", (row) -> parent(row, ParentInstance::executionId)),
				Column.integer("parent_task_id", (row) -> parent(row, ParentInstance::taskId)),
				Column.time("created_at", (row) -> row.started().timestamp()),
				Column.time("updated_at", (row) -> row.started().timestamp()), Column.text("hub", (row) -> hub),
				Column.text("id", NewInstance::id));
		List<Column<NewInstance>> inserted = new ArrayList<>(this.replaced);
		inserted.add(Column.text("kind", (row) -> KIND));
		inserted.add(Column.text("status", (row) -> InstanceStatus.PENDING.name()));
		inserted.add(Column.integer("row_version", (row) -> 0));
		this.rows = new RowInsert<>(jdbc, dialect, "durable_instance", inserted);
		this.update = new InstanceUpdate(codec, hub);
		this.hub = hub;
	}

	private static @Nullable String tags(ExecutionStarted started, HistoryCodec codec) {
		return started.tags().isEmpty() ? null : codec.writeTags(started.tags());
	}

	private static <T> @Nullable T parent(NewInstance instance, Function<ParentInstance, T> part) {
		ParentInstance parent = instance.started().parent();
		return (parent != null) ? part.apply(parent) : null;
	}

	boolean insert(NewInstance instance) {
		return !insertAll(List.of(instance)).isEmpty();
	}

	/**
	 * Inserts the instances whose ids are free, of several with one id the first.
	 * @param instances the instances, in the order in which rows are to be locked
	 * @return the execution ids of those that were inserted
	 */
	Set<String> insertAll(List<NewInstance> instances) {
		return this.rows.insertUnlessPresent(instances, NewInstance::executionId, "execution_id");
	}

	/**
	 * Inserts instances by a part of a statement that returns one row for each whose id
	 * is free.
	 * @param longest limits how long that waits for locks
	 */
	void addUnlessPresentTo(AtomicStatement statement, List<NewInstance> instances, Duration longest) {
		this.rows.addUnlessPresentTo(statement, instances, this.dialect.limitingWaiting(longest));
	}

	/**
	 * Limits how long the current transaction waits for locks.
	 */
	void limitWaiting(Duration longest) {
		String statement = this.dialect.limitWaiting(longest);
		if (statement != null) {
			this.jdbc.execute(statement);
		}
	}

	boolean replaceFinished(NewInstance instance) {
		return this.jdbc.update(REPLACE + IF_FINISHED,
				(statement) -> Column.setRow(statement, this.replaced, instance)) == 1;
	}

	/**
	 * Replaces an instance that the transaction has locked.
	 */
	void replace(NewInstance instance) {
		this.jdbc.update(REPLACE, (statement) -> Column.setRow(statement, this.replaced, instance));
	}

	static @Nullable String json(@Nullable Payload payload) {
		return (payload != null) ? payload.json() : null;
	}

	@Nullable InstanceStatus status(String instanceId) {
		List<String> found = this.jdbc.queryForList(SELECT_STATUS, String.class, this.hub, instanceId);
		return found.isEmpty() ? null : InstanceStatus.valueOf(found.get(0));
	}

	/**
	 * Reads an instance that nobody else can change until the transaction ends.
	 */
	@Nullable InstanceHead lock(String instanceId) {
		List<InstanceHead> found = this.jdbc.query(LOCK, (row, number) -> head(row), this.hub, instanceId);
		return found.isEmpty() ? null : found.get(0);
	}

	List<InstanceHead> heads(Collection<String> instanceIds) {
		return this.dialect.takesArrays() ? this.jdbc.query(LOOK_UP_BY_ID,
				Lookup.parameters(this.hub, Set.copyOf(instanceIds)), (row, number) -> head(row))
				: select(SELECT_BY_ID, instanceIds);
	}

	List<InstanceHead> children(Collection<String> parentIds) {
		return select(SELECT_CHILDREN, parentIds);
	}

	private List<InstanceHead> select(String sql, Collection<String> ids) {
		List<InstanceHead> heads = new ArrayList<>();
		for (InList list : InList.of(ids)) {
			heads.addAll(this.jdbc.query(sql + list.marks(), (row, number) -> head(row), list.after(this.hub)));
		}
		return heads;
	}

	List<InstanceHead> unfinishedChildren(String parentId) {
		return this.jdbc.query(SELECT_UNFINISHED_CHILDREN, (row, number) -> head(row), this.hub, parentId);
	}

	private static InstanceHead head(ResultSet row) throws SQLException {
		String parentId = row.getString("parent_id");
		String parentExecutionId = row.getString("parent_execution_id");
		ParentInstance parent = (parentId != null && parentExecutionId != null)
				? new ParentInstance(parentId, parentExecutionId, row.getInt("parent_task_id")) : null;
		return new InstanceHead(row.getString("id"), row.getString("name"), row.getString("version"),
				InstanceStatus.valueOf(row.getString("status")), row.getString("execution_id"),
				row.getLong("row_version"), parent);
	}

	/**
	 * Updates the instances that still have the version which their step found, those of
	 * one statement after those of the other.
	 * @param steps the steps, in the order in which rows are to be locked by a statement
	 * @return the ids of the others
	 */
	Set<String> update(List<StepCommit> steps) {
		Set<String> leftOut = new HashSet<>();
		steps.stream()
			.collect(Collectors.groupingBy(InstanceUpdate::sql, TreeMap::new, Collectors.toList()))
			.forEach((sql, alike) -> leftOut.addAll(update(sql, alike)));
		return leftOut;
	}

	private List<String> update(String sql, List<StepCommit> steps) {
		List<String> leftOut = new ArrayList<>();
		int[] counts = this.jdbc.batchUpdate(sql, steps, steps.size(),
				(statement, step) -> this.update.set(statement, 1, step))[0];
		for (int i = 0; i < counts.length; i++) {
			if (!isFound(counts[i])) {
				leftOut.add(steps.get(i).head().id());
			}
		}
		return leftOut;
	}

	/**
	 * Updates instances by parts of a statement, each of which returns a row if the
	 * instance has the version which its step found. Not by one for all: a plan for
	 * joining them, once made for a small table, is kept while the table grows.
	 */
	void addTo(AtomicStatement statement, List<StepCommit> steps) {
		// In the same order, and so that there are not too many statements to prepare.
		steps.stream()
			.sorted(Comparator.comparing(InstanceUpdate::sql))
			.forEach((step) -> statement.part(InstanceUpdate.sql(step) + " RETURNING 1",
					(parameters, from) -> this.update.set(parameters, from, step)));
	}

	private static boolean isFound(int count) {
		if (count < 0) {
			throw new IllegalStateException("The JDBC driver does not say which updates of a batch found their "
					+ "row. Switch off the option that rewrites batches of updates.");
		}
		return count > 0;
	}

	/**
	 * Removes the instances that have finished and still have the given execution.
	 * @param heads the instances, in the order in which rows are to be locked
	 * @return the ids of those that were removed
	 */
	List<String> delete(List<InstanceHead> heads) {
		List<String> deleted = new ArrayList<>();
		if (heads.isEmpty()) {
			return deleted;
		}
		int[] counts = this.jdbc.batchUpdate(DELETE, heads, heads.size(), (statement, head) -> {
			statement.setString(1, this.hub);
			statement.setString(2, head.id());
			statement.setString(3, head.executionId());
		})[0];
		for (int i = 0; i < counts.length; i++) {
			if (isFound(counts[i])) {
				deleted.add(heads.get(i).id());
			}
		}
		return deleted;
	}

}
