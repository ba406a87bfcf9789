package io.durablespring.jpa;

import java.io.Serializable;
import java.time.Instant;

import io.durablespring.InstanceStatus;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.annotations.Subselect;
import org.hibernate.annotations.Synchronize;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/**
 * An orchestration instance, for the application's own queries and joins. Read only.
 * Changes are made behind JPA's back: within one persistence context an instance stays as
 * it was read first, unless refreshed.
 */
// A subselect is no table to Hibernate: its schema tool, which Boot lets create and drop
// tables of embedded databases, leaves ours alone and never validates them. Flushes still
// know which tables are meant.
@Entity(name = "DurableInstance")
@Immutable
@Subselect("SELECT * FROM durable_instance")
@Synchronize("durable_instance")
@IdClass(DurableInstance.Key.class)
public class DurableInstance {

	@Id
	@Column(name = "hub")
	private String hub;

	@Id
	@Column(name = "id")
	private String id;

	@Column(name = "name")
	private String name;

	@Column(name = "version")
	private @Nullable String version;

	@Column(name = "status")
	@JdbcTypeCode(SqlTypes.VARCHAR)
	private InstanceStatus status;

	@Column(name = "execution_id")
	private String executionId;

	@Column(name = "row_version")
	private long rowVersion;

	@Column(name = "input")
	private @Nullable String input;

	@Column(name = "output")
	private @Nullable String output;

	@Column(name = "failure")
	private @Nullable String failure;

	@Column(name = "custom_status")
	private @Nullable String customStatus;

	@Column(name = "tags")
	private @Nullable String tags;

	@Column(name = "parent_id")
	private @Nullable String parentId;

	@Column(name = "parent_execution_id")
	private @Nullable String parentExecutionId;

	@Column(name = "parent_task_id")
	private @Nullable Integer parentTaskId;

	@Column(name = "created_at")
	@JdbcTypeCode(SqlTypes.TIMESTAMP_UTC)
	private Instant createdAt;

	@Column(name = "started_at")
	@JdbcTypeCode(SqlTypes.TIMESTAMP_UTC)
	private @Nullable Instant startedAt;

	@Column(name = "updated_at")
	@JdbcTypeCode(SqlTypes.TIMESTAMP_UTC)
	private Instant updatedAt;

	@Column(name = "completed_at")
	@JdbcTypeCode(SqlTypes.TIMESTAMP_UTC)
	private @Nullable Instant completedAt;

	/**
	 * For JPA.
	 */
	@SuppressWarnings("NullAway.Init")
	protected DurableInstance() {
	}

	/**
	 * The task hub that the instance belongs to.
	 * @return the task hub
	 */
	public String getHub() {
		return this.hub;
	}

	/**
	 * What the instance is known by.
	 * @return the instance id
	 */
	public String getId() {
		return this.id;
	}

	/**
	 * The orchestrator's name.
	 * @return the name
	 */
	public String getName() {
		return this.name;
	}

	/**
	 * The orchestrator's version.
	 * @return the version, if it has one
	 */
	public @Nullable String getVersion() {
		return this.version;
	}

	/**
	 * The runtime status.
	 * @return the status
	 */
	public InstanceStatus getStatus() {
		return this.status;
	}

	/**
	 * The current execution.
	 * @return its id
	 */
	public String getExecutionId() {
		return this.executionId;
	}

	/**
	 * How often the row was written.
	 * @return a number that only grows
	 */
	public long getRowVersion() {
		return this.rowVersion;
	}

	/**
	 * The input as JSON. For a large value, it is <code>{"$durablePayload":"id"}</code>,
	 * and the value is the {@code content} of table {@code durable_payload} under that
	 * id.
	 * @return the input, if there is one
	 */
	public @Nullable String getInput() {
		return this.input;
	}

	/**
	 * The result as JSON, or a reference as of {@link #getInput()}.
	 * @return the result, if there is one
	 */
	public @Nullable String getOutput() {
		return this.output;
	}

	/**
	 * Why it failed, was suspended or was terminated, as JSON.
	 * @return the failure, if there is one
	 */
	public @Nullable String getFailure() {
		return this.failure;
	}

	/**
	 * What the orchestrator says of itself, as JSON.
	 * @return the custom status, if there is one
	 */
	public @Nullable String getCustomStatus() {
		return this.customStatus;
	}

	/**
	 * The labels given at start, as a JSON object.
	 * @return the labels, if there are any
	 */
	public @Nullable String getTags() {
		return this.tags;
	}

	/**
	 * The instance that waits for this one.
	 * @return its id, if there is one
	 */
	public @Nullable String getParentId() {
		return this.parentId;
	}

	/**
	 * The parent's execution that waits for this instance.
	 * @return its id, if there is a parent
	 */
	public @Nullable String getParentExecutionId() {
		return this.parentExecutionId;
	}

	/**
	 * The parent's task that this instance completes.
	 * @return the task, if there is a parent
	 */
	public @Nullable Integer getParentTaskId() {
		return this.parentTaskId;
	}

	/**
	 * When it was accepted.
	 * @return the time
	 */
	public Instant getCreatedAt() {
		return this.createdAt;
	}

	/**
	 * When it ran first.
	 * @return the time, if it did
	 */
	public @Nullable Instant getStartedAt() {
		return this.startedAt;
	}

	/**
	 * When it changed last.
	 * @return the time
	 */
	public Instant getUpdatedAt() {
		return this.updatedAt;
	}

	/**
	 * When it finished.
	 * @return the time, if it did
	 */
	public @Nullable Instant getCompletedAt() {
		return this.completedAt;
	}

	/**
	 * What identifies an instance.
	 *
	 * @param hub the task hub
	 * @param id the instance id
	 */
	public record Key(String hub, String id) implements Serializable {
	}

}
