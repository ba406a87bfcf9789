package io.durablespring.jpa;

import java.io.Serializable;
import java.time.Instant;

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
 * An event in the history of an instance, for the application's own queries and joins.
 * Read only and never changed; removed when another instance takes over the id.
 */
// Why a subselect: see DurableInstance.
@Entity(name = "DurableHistoryEvent")
@Immutable
@Subselect("SELECT * FROM durable_history")
@Synchronize("durable_history")
@IdClass(DurableHistoryEvent.Key.class)
public class DurableHistoryEvent {

	@Id
	@Column(name = "hub")
	private String hub;

	@Id
	@Column(name = "instance_id")
	private String instanceId;

	@Id
	@Column(name = "execution_id")
	private String executionId;

	@Id
	@Column(name = "sequence_number")
	private int sequence;

	@Column(name = "event_type")
	private String type;

	@Column(name = "event_time")
	@JdbcTypeCode(SqlTypes.TIMESTAMP_UTC)
	private Instant time;

	@Column(name = "task_id")
	private @Nullable Integer taskId;

	@Column(name = "payload")
	private String payload;

	/**
	 * For JPA.
	 */
	@SuppressWarnings("NullAway.Init")
	protected DurableHistoryEvent() {
	}

	/**
	 * The task hub that the instance belongs to.
	 * @return the task hub
	 */
	public String getHub() {
		return this.hub;
	}

	/**
	 * The instance.
	 * @return its id
	 */
	public String getInstanceId() {
		return this.instanceId;
	}

	/**
	 * The execution.
	 * @return its id
	 */
	public String getExecutionId() {
		return this.executionId;
	}

	/**
	 * The position in history.
	 * @return the position, from 0
	 */
	public int getSequence() {
		return this.sequence;
	}

	/**
	 * The event's stored name, such as {@code TaskCompleted}.
	 * @return the name
	 */
	public String getType() {
		return this.type;
	}

	/**
	 * When it happened.
	 * @return the time
	 */
	public Instant getTime() {
		return this.time;
	}

	/**
	 * The task that the event is about: it ties a call to its outcome.
	 * @return the task, if there is one
	 */
	public @Nullable Integer getTaskId() {
		return this.taskId;
	}

	/**
	 * The event's components as a JSON object.
	 * @return the components
	 */
	public String getPayload() {
		return this.payload;
	}

	/**
	 * What identifies an event.
	 *
	 * @param hub the task hub
	 * @param instanceId the instance id
	 * @param executionId the execution's id
	 * @param sequence the position in history, from 0
	 */
	public record Key(String hub, String instanceId, String executionId, int sequence) implements Serializable {
	}

}
