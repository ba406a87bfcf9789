package io.durablespring.history;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;

import io.durablespring.FailureDetails;
import io.durablespring.HistoryEntry;
import io.durablespring.Payload;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to an execution. Histories are sequences of these, in the order
 * in which the orchestrator's code met them.
 */
public sealed interface HistoryEvent {

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
	HistoryEntry entry(int sequence);

	/**
	 * An action of the orchestrator's code. On replay the code must do the same again.
	 */
	sealed interface Action extends HistoryEvent {

		/**
		 * The task that the action creates or changes.
		 * @return the id, from 0 within the execution
		 */
		int taskId();

		/**
		 * Whether a replayed action is this one again.
		 * @param replayed what the code does on replay
		 * @param inputs whether inputs must be equal, too
		 * @return whether it is
		 */
		default boolean isRepeatedBy(Action replayed, boolean inputs) {
			return getClass() == replayed.getClass() && taskId() == replayed.taskId();
		}

		/**
		 * What this is, for messages to people.
		 * @return a noun phrase
		 */
		default String describe() {
			return HistoryCodec.nameOf(getClass()) + " #" + taskId();
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

		@Override
		public HistoryEntry entry(int sequence) {
			return line(sequence, this, null, null, null, null, null);
		}

	}

	/**
	 * The execution was asked for.
	 *
	 * @param timestamp when the client asked
	 * @param name the orchestrator's name
	 * @param version the orchestrator's version
	 * @param input the input
	 * @param tags the labels given at start
	 * @param parentId the instance that started this one
	 */
	record ExecutionStarted(Instant timestamp, String name, @Nullable String version, @Nullable Payload input,
			Map<String, String> tags, @Nullable String parentId) implements HistoryEvent {

		public ExecutionStarted {
			tags = (tags == null) ? Map.of() : Map.copyOf(tags);
		}

		@Override
		public HistoryEntry entry(int sequence) {
			return line(sequence, this, null, this.name, this.input, null, null);
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
	 */
	record TaskScheduled(Instant timestamp, int taskId, String name, @Nullable String queue,
			@Nullable Payload input) implements Action {

		@Override
		public boolean isRepeatedBy(Action replayed, boolean inputs) {
			return replayed instanceof TaskScheduled call && this.taskId == call.taskId && this.name.equals(call.name)
					&& (!inputs || Objects.equals(this.input, call.input));
		}

		@Override
		public String describe() {
			return "TaskScheduled #" + this.taskId + " of activity '" + this.name + "'"
					+ ((this.input != null) ? " with input " + abbreviate(this.input.json()) : "");
		}

		private static String abbreviate(String json) {
			return (json.length() <= 200) ? json : json.substring(0, 200) + "...";
		}

		@Override
		public HistoryEntry entry(int sequence) {
			return line(sequence, this, this.taskId, this.name, this.input, null, null);
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

		@Override
		public HistoryEntry entry(int sequence) {
			return line(sequence, this, this.taskId, null, this.result, null, null);
		}

	}

	/**
	 * An activity ended with an exception.
	 *
	 * @param timestamp when
	 * @param taskId the task
	 * @param failure the exception
	 */
	record TaskFailed(Instant timestamp, int taskId, FailureDetails failure) implements Completion {

		@Override
		public HistoryEntry entry(int sequence) {
			return line(sequence, this, this.taskId, null, null, this.failure, null);
		}

	}

	/**
	 * The code created a timer.
	 *
	 * @param timestamp when
	 * @param taskId the task
	 * @param fireAt when it fires
	 */
	record TimerCreated(Instant timestamp, int taskId, Instant fireAt) implements Action {

		@Override
		public HistoryEntry entry(int sequence) {
			return new HistoryEntry(sequence, this.timestamp, HistoryCodec.nameOf(getClass()), this.taskId, null, null,
					null, null, this.fireAt);
		}

	}

	/**
	 * A timer fired.
	 *
	 * @param timestamp when
	 * @param taskId the task
	 */
	record TimerFired(Instant timestamp, int taskId) implements Completion {

		@Override
		public HistoryEntry entry(int sequence) {
			return line(sequence, this, this.taskId, null, null, null, null);
		}

	}

	/**
	 * The code cancelled a timer.
	 *
	 * @param timestamp when
	 * @param taskId the timer's task
	 */
	record TimerCanceled(Instant timestamp, int taskId) implements Action {

		@Override
		public HistoryEntry entry(int sequence) {
			return line(sequence, this, this.taskId, null, null, null, null);
		}

	}

	/**
	 * The orchestrator returned.
	 *
	 * @param timestamp when
	 * @param result what it returned
	 */
	record ExecutionCompleted(Instant timestamp, @Nullable Payload result) implements HistoryEvent {

		@Override
		public HistoryEntry entry(int sequence) {
			return line(sequence, this, null, null, this.result, null, null);
		}

	}

	/**
	 * The orchestrator ended with an exception.
	 *
	 * @param timestamp when
	 * @param failure the exception
	 */
	record ExecutionFailed(Instant timestamp, FailureDetails failure) implements HistoryEvent {

		@Override
		public HistoryEntry entry(int sequence) {
			return line(sequence, this, null, null, null, this.failure, null);
		}

	}

	/**
	 * An operator ended the execution.
	 *
	 * @param timestamp when
	 * @param reason why
	 */
	record ExecutionTerminated(Instant timestamp, @Nullable String reason) implements Command {

		@Override
		public HistoryEntry entry(int sequence) {
			return line(sequence, this, null, null, null, null, this.reason);
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

		@Override
		public HistoryEntry entry(int sequence) {
			return line(sequence, this, null, null, null, this.failure, this.reason);
		}

	}

	/**
	 * The execution goes on: what has waited is taken in first.
	 *
	 * @param timestamp when
	 * @param reason why
	 */
	record ExecutionResumed(Instant timestamp, @Nullable String reason) implements Command {

		@Override
		public HistoryEntry entry(int sequence) {
			return line(sequence, this, null, null, null, null, this.reason);
		}

	}

	private static HistoryEntry line(int sequence, HistoryEvent event, @Nullable Integer taskId, @Nullable String name,
			@Nullable Payload payload, @Nullable FailureDetails failure, @Nullable String reason) {
		return new HistoryEntry(sequence, event.timestamp(), HistoryCodec.nameOf(event.getClass()), taskId, name,
				payload, failure, reason, null);
	}

}
