package io.durablespring.jpa;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Objects;

import io.durablespring.InstanceStatus;
import io.durablespring.ParentInstance;
import io.durablespring.history.HistoryCodec;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.spi.StepCommit;
import org.jspecify.annotations.Nullable;

/**
 * What a step changes in the row of its instance. Most steps only go on, and have a
 * statement of their own: the many parameters of one for all steps cost the database a
 * good part of the update.
 */
final class InstanceUpdate {

	private static final String IF_UNCHANGED = """
			row_version = row_version + 1 WHERE hub = ? AND id = ? AND execution_id = ? AND row_version = ?""";

	private static final String GO_ON = """
			UPDATE durable_instance SET status = 'RUNNING', updated_at = ?, started_at = COALESCE(started_at, ?),
			""" + IF_UNCHANGED;

	private static final String CHANGE = """
			UPDATE durable_instance SET status = ?, output = ?, failure = ?, updated_at = ?,
			started_at = COALESCE(started_at, ?), completed_at = ?, execution_id = ?, parent_id = ?,
			parent_execution_id = ?, parent_task_id = ?, custom_status = CASE WHEN ? THEN ? ELSE custom_status END,
			version = CASE WHEN ? THEN ? ELSE version END, input = CASE WHEN ? THEN ? ELSE input END,
			""" + IF_UNCHANGED;

	private final HistoryCodec codec;

	private final String hub;

	InstanceUpdate(HistoryCodec codec, String hub) {
		this.codec = codec;
		this.hub = hub;
	}

	/** The statement for a step: one of two. */
	static String sql(StepCommit step) {
		return onlyGoesOn(step) ? GO_ON : CHANGE;
	}

	/** Of one that has not ended and is not suspended, output and failure are null. */
	private static boolean onlyGoesOn(StepCommit step) {
		StepCommit.State state = step.state();
		InstanceStatus before = step.head().status();
		return (before == InstanceStatus.PENDING || before == InstanceStatus.RUNNING)
				&& state.status() == InstanceStatus.RUNNING && state.customStatus() == null
				&& step.history().restarted() == null && step.history().executionId().equals(step.head().executionId())
				&& Objects.equals(state.parent(), step.head().parent());
	}

	/**
	 * Sets the parameters of the statement for a step.
	 * @param from the index of the first one
	 * @return the index after the last one
	 */
	int set(PreparedStatement statement, int from, StepCommit step) throws SQLException {
		int next = onlyGoesOn(step) ? setTimes(statement, from, step) : setState(statement, from, step);
		statement.setString(next++, this.hub);
		statement.setString(next++, step.head().id());
		statement.setString(next++, step.head().executionId());
		statement.setLong(next++, step.head().rowVersion());
		return next;
	}

	private static int setTimes(PreparedStatement statement, int from, StepCommit step) throws SQLException {
		SqlTime.set(statement, from, step.now());
		SqlTime.set(statement, from + 1, step.state().begun() ? step.now() : null);
		return from + 2;
	}

	private int setState(PreparedStatement statement, int from, StepCommit step) throws SQLException {
		StepCommit.State state = step.state();
		statement.setString(from, state.status().name());
		statement.setString(from + 1, InstanceTable.json(state.output()));
		statement.setString(from + 2, (state.failure() != null) ? this.codec.writeRecord(state.failure()) : null);
		SqlTime.set(statement, from + 3, step.now());
		SqlTime.set(statement, from + 4, state.begun() ? step.now() : null);
		SqlTime.set(statement, from + 5, state.status().isFinished() ? step.now() : null);
		statement.setString(from + 6, step.history().executionId());
		setParent(statement, from + 7, state.parent());
		StepCommit.CustomStatus customStatus = state.customStatus();
		statement.setBoolean(from + 10, customStatus != null);
		statement.setString(from + 11, (customStatus != null) ? InstanceTable.json(customStatus.value()) : null);
		ExecutionStarted restarted = step.history().restarted();
		statement.setBoolean(from + 12, restarted != null);
		statement.setString(from + 13, (restarted != null) ? restarted.version() : null);
		statement.setBoolean(from + 14, restarted != null);
		statement.setString(from + 15, (restarted != null) ? InstanceTable.json(restarted.input()) : null);
		return from + 16;
	}

	private static void setParent(PreparedStatement statement, int index, @Nullable ParentInstance parent)
			throws SQLException {
		statement.setString(index, (parent != null) ? parent.instanceId() : null);
		statement.setString(index + 1, (parent != null) ? parent.executionId() : null);
		statement.setObject(index + 2, (parent != null) ? parent.taskId() : null, Types.INTEGER);
	}

}
