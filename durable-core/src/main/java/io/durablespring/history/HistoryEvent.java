package io.durablespring.history;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.durablespring.FailureDetails;
import io.durablespring.HistoryEntry;
import io.durablespring.ParentInstance;
import io.durablespring.Payload;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to an execution. Histories are sequences of these, in the order
 * in which the orchestrator's code met them.
 */
public sealed interface HistoryEvent extends EventFacts {

	/**
	 * When it happened.
	 * @return the time, in whole microseconds
	 */
	Instant timestamp();

	/**
	 * This event as a line for people to read.
	 * @param sequence its position, from 0
	 * @return the line
	 */
	default HistoryEntry entry(int sequence) {
		Integer task = (this instanceof Action action && action.taskId() >= 0) ? Integer.valueOf(action.taskId())
				: (this instanceof Completion completion) ? Integer.valueOf(completion.taskId()) : null;
		Attempt attempt = attempt();
		return new HistoryEntry(sequence, timestamp(), HistoryCodec.nameOf(getClass()), task, name(), payload(),
				failure(), reason(), fireAt(), (attempt != null) ? attempt.number() : null, instanceId(), retryOf(),
				(attempt != null) ? attempt.policy() : null, version(), queue(), tags(), parent(), failedTasks(),
				recursive());
	}

	/**
	 * An action of the orchestrator's code. On replay the code must do the same again.
	 */
	sealed interface Action extends HistoryEvent {

		/**
		 * The task that the action creates or changes.
		 * @return the id, from 0 within the execution; -1 if it is about no task
		 */
		int taskId();

		/**
		 * Whether an event is the outcome that this action waits for.
		 * @param outcome the event
		 * @return whether it is; always {@code false} for an action without an outcome
		 */
		default boolean isCompletedBy(Completion outcome) {
			return false;
		}

		/**
		 * Whether this action opens a task that waits for an outcome.
		 * @return whether it does
		 */
		default boolean opensTask() {
			return false;
		}

		/**
		 * Whether a replayed action is this one again. Names are compared without regard
		 * to case; what the code cannot know, such as the queue or the version, is left
		 * aside.
		 * @param replayed what the code does on replay
		 * @param inputs whether inputs must be equal, too
		 * @return whether it is
		 */
		default boolean isRepeatedBy(Action replayed, boolean inputs) {
			String name = name();
			return getClass() == replayed.getClass() && taskId() == replayed.taskId()
					&& ((name != null) ? name.equalsIgnoreCase(replayed.name()) : replayed.name() == null)
					&& (!inputs || Objects.equals(input(), replayed.input()));
		}

		/**
		 * What this is, for messages to people.
		 * @return a noun phrase
		 */
		default String describe() {
			Payload input = input();
			return HistoryCodec.nameOf(getClass()) + ((taskId() >= 0) ? " #" + taskId() : "")
					+ ((name() != null) ? " '" + name() + "'" : "")
					+ ((input != null) ? " with input " + abbreviate(input.json()) : "");
		}

	}

	/**
	 * The outcome of a task. There is one at most for every task.
	 */
	sealed interface Completion extends HistoryEvent {

		/**
		 * The task that is done.
		 * @return the id, from 0 within the execution
		 */
		int taskId();

	}

	/**
	 * A request of a client, without an identity of its own in history: who sends it
	 * twice is caught by the message's id.
	 */
	sealed interface Command extends HistoryEvent {

	}

	/**
	 * A step began: code that runs from here on sees this time.
	 *
	 * @param timestamp the orchestration's current time
	 */
	record OrchestratorStarted(Instant timestamp) implements HistoryEvent {

	}

	/**
	 * The execution was asked for.
	 *
	 * @param timestamp when the client asked
	 * @param name the orchestrator's name
	 * @param version the orchestrator's version
	 * @param input the input
	 * @param tags the labels given at start
	 * @param parent who waits for this instance
	 */
	record ExecutionStarted(Instant timestamp, String name, @Nullable String version, @Nullable Payload input,
			Map<String, String> tags, @Nullable ParentInstance parent) implements HistoryEvent {

		public ExecutionStarted {
			tags = (tags == null) ? Map.of() : Map.copyOf(tags);
		}

	}

	/**
	 * The code called an activity.
	 *
	 * @param timestamp when
	 * @param taskId the task
	 * @param name the activity's name
	 * @param queue the activity's queue; {@code null} for the default
	 * @param input the input
	 * @param attempt which attempt it is; {@code null} if there is only one
	 * @param local {@code true} if the node that had the instance was to run it;
	 * {@code null} if it was sent
	 */
	record TaskScheduled(Instant timestamp, int taskId, String name, @Nullable String queue, @Nullable Payload input,
			@Nullable Attempt attempt, @Nullable Boolean local) implements Action {

		/**
		 * A call that is sent.
		 * @param timestamp when
		 * @param taskId the task
		 * @param name the activity's name
		 * @param queue the activity's queue; {@code null} for the default
		 * @param input the input
		 * @param attempt which attempt it is; {@code null} if there is only one
		 */
		public TaskScheduled(Instant timestamp, int taskId, String name, @Nullable String queue,
				@Nullable Payload input, @Nullable Attempt attempt) {
			this(timestamp, taskId, name, queue, input, attempt, null);
		}

		@Override
		public boolean opensTask() {
			return true;
		}

		@Override
		public boolean isCompletedBy(Completion outcome) {
			return outcome instanceof TaskCompleted || outcome instanceof TaskFailed;
		}

	}

	/**
	 * An activity returned.
	 *
	 * @param timestamp when
	 * @param taskId the task
	 * @param result what it returned
	 */
	record TaskCompleted(Instant timestamp, int taskId, @Nullable Payload result) implements Completion {

	}

	/**
	 * An activity ended with an exception.
	 *
	 * @param timestamp when
	 * @param taskId the task
	 * @param failure the exception
	 */
	record TaskFailed(Instant timestamp, int taskId, FailureDetails failure) implements Completion {

	}

	/**
	 * The code created a timer.
	 *
	 * @param timestamp when
	 * @param taskId the task
	 * @param fireAt when it fires
	 * @param retryOf the task of the first attempt, if the timer is the pause between two
	 * attempts
	 */
	record TimerCreated(Instant timestamp, int taskId, Instant fireAt, @Nullable Integer retryOf) implements Action {

		@Override
		public boolean opensTask() {
			return true;
		}

		@Override
		public boolean isCompletedBy(Completion outcome) {
			return outcome instanceof TimerFired;
		}

	}

	/**
	 * A timer fired.
	 *
	 * @param timestamp when
	 * @param taskId the task
	 */
	record TimerFired(Instant timestamp, int taskId) implements Completion {

	}

	/**
	 * The code cancelled a timer.
	 *
	 * @param timestamp when
	 * @param taskId the timer's task
	 */
	record TimerCanceled(Instant timestamp, int taskId) implements Action {

	}

	/**
	 * The code called an orchestrator as an instance of its own.
	 *
	 * @param timestamp when
	 * @param taskId the task
	 * @param instanceId the sub-orchestration's instance id
	 * @param name the orchestrator's name
	 * @param version the orchestrator's version
	 * @param input the input
	 * @param attempt which attempt it is; {@code null} if there is only one
	 */
	record SubOrchestrationInstanceCreated(Instant timestamp, int taskId, String instanceId, String name,
			@Nullable String version, @Nullable Payload input, @Nullable Attempt attempt) implements Action {

		@Override
		public boolean opensTask() {
			return true;
		}

		@Override
		public boolean isCompletedBy(Completion outcome) {
			return outcome instanceof SubOrchestrationInstanceCompleted
					|| outcome instanceof SubOrchestrationInstanceFailed;
		}

	}

	/**
	 * A sub-orchestration returned.
	 *
	 * @param timestamp when
	 * @param taskId the task
	 * @param result what it returned
	 */
	record SubOrchestrationInstanceCompleted(Instant timestamp, int taskId,
			@Nullable Payload result) implements Completion {

	}

	/**
	 * A sub-orchestration failed, was terminated or could not start.
	 *
	 * @param timestamp when
	 * @param taskId the task
	 * @param failure why
	 */
	record SubOrchestrationInstanceFailed(Instant timestamp, int taskId, FailureDetails failure) implements Completion {

	}

	/**
	 * The code started an orchestration that it does not wait for.
	 *
	 * @param timestamp when
	 * @param taskId the action's number
	 * @param instanceId the instance id
	 * @param name the orchestrator's name
	 * @param version the orchestrator's version
	 * @param input the input
	 */
	record OrchestrationStartRequested(Instant timestamp, int taskId, String instanceId, String name,
			@Nullable String version, @Nullable Payload input) implements Action {

	}

	/**
	 * The code sent an external event to another instance.
	 *
	 * @param timestamp when
	 * @param taskId the action's number
	 * @param instanceId the other instance
	 * @param name the event's name
	 * @param input what it carries
	 */
	record EventSent(Instant timestamp, int taskId, String instanceId, String name,
			@Nullable Payload input) implements Action {

	}

	/**
	 * An external event came.
	 *
	 * @param timestamp when
	 * @param name the event's name
	 * @param input what it carries
	 * @param start starts the instance if it is unknown or has finished when the event
	 * arrives; not kept in history
	 * @param startAt when such an instance is to run; {@code null} for at once
	 */
	record EventRaised(Instant timestamp, String name, @Nullable Payload input, @Nullable ExecutionStarted start,
			@Nullable Instant startAt) implements Command {

		/**
		 * An event for an instance that is there.
		 * @param timestamp when
		 * @param name the event's name
		 * @param input what it carries
		 */
		public EventRaised(Instant timestamp, String name, @Nullable Payload input) {
			this(timestamp, name, input, null, null);
		}

		/**
		 * The event as history keeps it.
		 * @return the event without what would start an instance
		 */
		public EventRaised withoutStart() {
			return (this.start == null) ? this : new EventRaised(this.timestamp, this.name, this.input);
		}

	}

	/**
	 * The code took the new branch of a change.
	 *
	 * @param timestamp when
	 * @param patchId names the change
	 */
	record PatchMarked(Instant timestamp, String patchId) implements Action {

		@Override
		public int taskId() {
			return -1;
		}

		@Override
		public String name() {
			return this.patchId;
		}

	}

	/**
	 * The orchestrator returned.
	 *
	 * @param timestamp when
	 * @param result what it returned
	 */
	record ExecutionCompleted(Instant timestamp, @Nullable Payload result) implements HistoryEvent {

	}

	/**
	 * The orchestrator ended with an exception.
	 *
	 * @param timestamp when
	 * @param failure the exception
	 * @param failedTasks the failed tasks that the exception names as its causes
	 */
	record ExecutionFailed(Instant timestamp, FailureDetails failure,
			List<Integer> failedTasks) implements HistoryEvent {

		public ExecutionFailed {
			failedTasks = (failedTasks == null) ? List.of() : List.copyOf(failedTasks);
		}

	}

	/**
	 * An operator ended the execution.
	 *
	 * @param timestamp when
	 * @param reason why
	 * @param recursive whether sub-orchestrations end, too
	 */
	record ExecutionTerminated(Instant timestamp, @Nullable String reason, Boolean recursive) implements Command {

		// Not a primitive: what was stored first does not say.
		public ExecutionTerminated {
			recursive = (recursive != null) ? recursive : Boolean.FALSE;
		}

	}

	/**
	 * The execution is held: what arrives from here on waits for
	 * {@link ExecutionResumed}.
	 *
	 * @param timestamp when
	 * @param reason why
	 * @param failure the failure behind it, such as code that no longer fits its history
	 */
	record ExecutionSuspended(Instant timestamp, @Nullable String reason,
			@Nullable FailureDetails failure) implements Command {

	}

	/**
	 * The execution goes on: what has waited is taken in first.
	 *
	 * @param timestamp when
	 * @param reason why
	 */
	record ExecutionResumed(Instant timestamp, @Nullable String reason) implements Command {

	}

	/**
	 * The execution goes on after a failure, or has another parent to report to because
	 * that did.
	 *
	 * @param timestamp when
	 * @param reason why
	 * @param parent the parent's execution that waits from now on; {@code null} to keep
	 * the one that there is
	 */
	record ExecutionRewound(Instant timestamp, @Nullable String reason,
			@Nullable ParentInstance parent) implements Command {

	}

	private static String abbreviate(String json) {
		return (json.length() <= 200) ? json : json.substring(0, 200) + "...";
	}

}
