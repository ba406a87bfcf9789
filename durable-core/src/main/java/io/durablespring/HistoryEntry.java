package io.durablespring;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * One event of an instance's history, as people and programs read it. A component that is
 * not for the event's type is {@code null} or empty.
 *
 * @param sequence the position, from 0
 * @param timestamp when it was recorded
 * @param type the event's type, one of the constants of this class; a later release may
 * have more of them
 * @param taskId the task it belongs to: what a call, a timer and their outcome have in
 * common
 * @param name the orchestrator's, activity's, event's or change's name
 * @param payload input or result
 * @param failure what failed
 * @param reason why it was suspended, resumed or terminated
 * @param fireAt when the timer fires
 * @param attempt which attempt of a call it is, from 1; {@code null} if the call is not
 * to be tried again
 * @param instanceId the other instance: a sub-orchestration, or who an event is sent to
 * @param retryOf the task of the call's first attempt, if this is a further attempt or
 * the timer before one; so of several calls of one activity each attempt tells its call
 * @param retryPolicy when the call is tried again; with the first attempt only
 * @param version the version that an instance was started with
 * @param queue the activity's queue; {@code null} for the default
 * @param tags the labels that the instance was started with
 * @param parent who waits for this instance
 * @param failedTasks the failed tasks that the orchestrator's exception names as causes
 * @param recursive whether sub-orchestrations are terminated, too
 */
public record HistoryEntry(int sequence, Instant timestamp, String type, @Nullable Integer taskId,
		@Nullable String name, @Nullable Payload payload, @Nullable FailureDetails failure, @Nullable String reason,
		@Nullable Instant fireAt, @Nullable Integer attempt, @Nullable String instanceId, @Nullable Integer retryOf,
		@Nullable RetryPolicy retryPolicy, @Nullable String version, @Nullable String queue, Map<String, String> tags,
		@Nullable ParentInstance parent, List<Integer> failedTasks, @Nullable Boolean recursive) {

	/** A step of the code began; the time of the orchestration is its timestamp. */
	public static final String ORCHESTRATOR_STARTED = "OrchestratorStarted";

	/** The execution was asked for. */
	public static final String EXECUTION_STARTED = "ExecutionStarted";

	/** The code called an activity. */
	public static final String TASK_SCHEDULED = "TaskScheduled";

	/** An activity returned. */
	public static final String TASK_COMPLETED = "TaskCompleted";

	/** An activity ended with an exception. */
	public static final String TASK_FAILED = "TaskFailed";

	/** The code created a timer, or a retry waits. */
	public static final String TIMER_CREATED = "TimerCreated";

	/** A timer fired. */
	public static final String TIMER_FIRED = "TimerFired";

	/** The code cancelled a timer. */
	public static final String TIMER_CANCELED = "TimerCanceled";

	/** The code called an orchestrator as an instance of its own. */
	public static final String SUB_ORCHESTRATION_INSTANCE_CREATED = "SubOrchestrationInstanceCreated";

	/** A sub-orchestration returned. */
	public static final String SUB_ORCHESTRATION_INSTANCE_COMPLETED = "SubOrchestrationInstanceCompleted";

	/** A sub-orchestration failed, was terminated or could not start. */
	public static final String SUB_ORCHESTRATION_INSTANCE_FAILED = "SubOrchestrationInstanceFailed";

	/** The code started an instance that it does not wait for. */
	public static final String ORCHESTRATION_START_REQUESTED = "OrchestrationStartRequested";

	/** The code sent an external event to another instance. */
	public static final String EVENT_SENT = "EventSent";

	/** An external event came. */
	public static final String EVENT_RAISED = "EventRaised";

	/** The code took the new branch of a change. */
	public static final String PATCH_MARKED = "PatchMarked";

	/** The orchestrator returned. */
	public static final String EXECUTION_COMPLETED = "ExecutionCompleted";

	/** The orchestrator ended with an exception. */
	public static final String EXECUTION_FAILED = "ExecutionFailed";

	/** An operator ended the execution. */
	public static final String EXECUTION_TERMINATED = "ExecutionTerminated";

	/** The execution is held. */
	public static final String EXECUTION_SUSPENDED = "ExecutionSuspended";

	/** The execution goes on. */
	public static final String EXECUTION_RESUMED = "ExecutionResumed";

	/** The execution goes on after a failure. */
	public static final String EXECUTION_REWOUND = "ExecutionRewound";

	public HistoryEntry {
		tags = Map.copyOf(tags);
		failedTasks = List.copyOf(failedTasks);
	}

	/**
	 * This entry with a payload that can deserialise itself.
	 * @param reader what deserialises
	 * @return an entry equal to this one
	 */
	public HistoryEntry readableBy(Payload.Reader reader) {
		return (this.payload == null) ? this
				: new HistoryEntry(this.sequence, this.timestamp, this.type, this.taskId, this.name,
						this.payload.readableBy(reader), this.failure, this.reason, this.fireAt, this.attempt,
						this.instanceId, this.retryOf, this.retryPolicy, this.version, this.queue, this.tags,
						this.parent, this.failedTasks, this.recursive);
	}

}
