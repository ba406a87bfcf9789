package io.durablespring.jpa;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.durablespring.InstanceStatus;
import io.durablespring.Payload;
import io.durablespring.history.HistoryCodec;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.NewInstance;
import io.durablespring.spi.StepCommit;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Instances in {@code durable_instance}.
 */
final class InstanceTable {

	private static final String KIND = "ORCHESTRATION";

	private static final String INSERT = """
			INSERT INTO durable_instance (name, version, execution_id, input, tags, parent_id, created_at, updated_at,
			hub, id, kind, status, row_version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '%s', 'PENDING', 0)"""
		.formatted(KIND);

	/**
	 * The version goes on counting: who still holds the replaced instance must lose.
	 */
	private static final String REPLACE_FINISHED = """
			UPDATE durable_instance SET name = ?, version = ?, execution_id = ?, input = ?, tags = ?, parent_id = ?,
			created_at = ?, updated_at = ?, status = 'PENDING', row_version = row_version + 1, output = NULL,
			failure = NULL, custom_status = NULL, started_at = NULL, completed_at = NULL
			WHERE hub = ? AND id = ? AND status IN ('COMPLETED', 'FAILED', 'TERMINATED')""";

	private static final String SELECT_STATUS = "SELECT status FROM durable_instance WHERE hub = ? AND id = ?";

	private static final String SELECT_HEADS = """
			SELECT id, name, status, execution_id, row_version FROM durable_instance WHERE hub = ? AND id IN\s""";

	private static final String UPDATE = """
			UPDATE durable_instance SET status = ?, output = ?, failure = ?, updated_at = ?,
			started_at = COALESCE(started_at, ?), completed_at = ?, row_version = row_version + 1
			WHERE hub = ? AND id = ? AND execution_id = ? AND row_version = ?""";

	private final JdbcTemplate jdbc;

	private final String insert;

	private final HistoryCodec codec;

	private final String hub;

	InstanceTable(JdbcTemplate jdbc, Dialect dialect, HistoryCodec codec, String hub) {
		this.jdbc = jdbc;
		this.insert = dialect.insertUnlessPresent(INSERT);
		this.codec = codec;
		this.hub = hub;
	}

	boolean insert(NewInstance instance) {
		try {
			return this.jdbc.update(this.insert, (statement) -> setNew(statement, instance)) == 1;
		}
		catch (DuplicateKeyException ex) {
			return false;
		}
	}

	boolean replaceFinished(NewInstance instance) {
		return this.jdbc.update(REPLACE_FINISHED, (statement) -> setNew(statement, instance)) == 1;
	}

	private void setNew(PreparedStatement statement, NewInstance instance) throws SQLException {
		ExecutionStarted started = instance.started();
		statement.setString(1, started.name());
		statement.setString(2, started.version());
		statement.setString(3, instance.executionId());
		statement.setString(4, json(started.input()));
		statement.setString(5, started.tags().isEmpty() ? null : this.codec.writeTags(started.tags()));
		statement.setString(6, started.parentId());
		SqlTime.set(statement, 7, started.timestamp());
		SqlTime.set(statement, 8, started.timestamp());
		statement.setString(9, this.hub);
		statement.setString(10, instance.id());
	}

	private static @Nullable String json(@Nullable Payload payload) {
		return (payload != null) ? payload.json() : null;
	}

	@Nullable InstanceStatus status(String instanceId) {
		List<String> found = this.jdbc.queryForList(SELECT_STATUS, String.class, this.hub, instanceId);
		return found.isEmpty() ? null : InstanceStatus.valueOf(found.get(0));
	}

	List<InstanceHead> heads(Collection<String> instanceIds) {
		List<InstanceHead> heads = new ArrayList<>();
		for (InList list : InList.of(instanceIds)) {
			heads
				.addAll(this.jdbc.query(SELECT_HEADS + list.marks(), (row, number) -> head(row), list.after(this.hub)));
		}
		return heads;
	}

	private static InstanceHead head(ResultSet row) throws SQLException {
		return new InstanceHead(row.getString("id"), row.getString("name"),
				InstanceStatus.valueOf(row.getString("status")), row.getString("execution_id"),
				row.getLong("row_version"));
	}

	/**
	 * Updates the instances that still have the version which their step found.
	 * @param steps the steps, in the order in which rows are to be locked
	 * @return the ids of the others
	 */
	Set<String> update(List<StepCommit> steps) {
		Set<String> leftOut = new HashSet<>();
		if (steps.isEmpty()) {
			return leftOut;
		}
		int[] counts = this.jdbc.batchUpdate(UPDATE, steps, steps.size(), this::setStep)[0];
		for (int i = 0; i < counts.length; i++) {
			if (counts[i] < 0) {
				throw new IllegalStateException("The JDBC driver does not say which updates of a batch found their "
						+ "row. Switch off the option that rewrites batches of updates.");
			}
			if (counts[i] == 0) {
				leftOut.add(steps.get(i).head().id());
			}
		}
		return leftOut;
	}

	private void setStep(PreparedStatement statement, StepCommit step) throws SQLException {
		statement.setString(1, step.status().name());
		statement.setString(2, json(step.output()));
		statement.setString(3, (step.failure() != null) ? this.codec.writeRecord(step.failure()) : null);
		SqlTime.set(statement, 4, step.now());
		SqlTime.set(statement, 5, (step.status() != InstanceStatus.PENDING) ? step.now() : null);
		SqlTime.set(statement, 6, step.status().isFinished() ? step.now() : null);
		statement.setString(7, this.hub);
		statement.setString(8, step.head().id());
		statement.setString(9, step.head().executionId());
		statement.setLong(10, step.head().rowVersion());
	}

}
