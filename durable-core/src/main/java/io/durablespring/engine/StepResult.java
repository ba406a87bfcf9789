package io.durablespring.engine;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.durablespring.FailureDetails;
import io.durablespring.InstanceStatus;
import io.durablespring.ParentInstance;
import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.Completion;
import io.durablespring.history.HistoryEvent.EventRaised;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.history.HistoryEvent.TaskScheduled;
import io.durablespring.history.Message;
import org.jspecify.annotations.Nullable;

/**
 * What a step changes. Nothing of it has left the process.
 *
 * @param status the status after the step; PENDING if the execution's start has not
 * arrived yet
 * @param output the result, when it completed
 * @param failure why it failed, was suspended or was terminated
 * @param customStatus what the code says of itself; {@code null} if it has said nothing
 * @param events the new history events
 * @param messages what to send at once
 * @param timers the timers to set
 * @param removedTimers the tasks whose timers must not fire any more
 * @param starts the instances to start
 * @param continuation the execution that follows, if the code continues as new: then the
 * events are the beginning of its history
 * @param newParent who waits for the instance from now on, if that has changed
 * @param unmet events that came when the code had ended: they are to be delivered once
 * more, for one may start an instance
 * @param localCalls the calls of activities that the node runs itself
 */
public record StepResult(InstanceStatus status, @Nullable Payload output, @Nullable FailureDetails failure,
		@Nullable CustomStatus customStatus, List<HistoryEvent> events, List<Message> messages, List<Timer> timers,
		List<Integer> removedTimers, List<Start> starts, @Nullable Continuation continuation,
		@Nullable ParentInstance newParent, List<EventRaised> unmet, List<LocalCall> localCalls) {

	public StepResult {
		unmet = List.copyOf(unmet);
		localCalls = List.copyOf(localCalls);
		events = List.copyOf(events);
		messages = List.copyOf(messages);
		timers = List.copyOf(timers);
		removedTimers = List.copyOf(removedTimers);
		starts = List.copyOf(starts);
	}

	/**
	 * Whether the step changes nothing.
	 * @return whether there is nothing to store
	 */
	public boolean isUnchanged() {
		return this.events.isEmpty() && this.continuation == null;
	}

	StepResult withUnmet(List<EventRaised> events) {
		return events.isEmpty() ? this
				: new StepResult(this.status, this.output, this.failure, this.customStatus, this.events, this.messages,
						this.timers, this.removedTimers, this.starts, this.continuation, this.newParent, events,
						this.localCalls);
	}

	/**
	 * Whether nothing leaves the instance by this step, local calls aside.
	 * @return whether nobody else learns of it
	 */
	public boolean isSilent() {
		return this.messages.isEmpty() && this.timers.isEmpty() && this.removedTimers.isEmpty()
				&& this.starts.isEmpty();
	}

	/**
	 * This step and the one after it as one, to be stored together.
	 * @param next what the same execution has done next
	 * @return what both change
	 */
	public StepResult then(StepResult next) {
		Set<Integer> gone = Set.copyOf(next.removedTimers);
		Set<Integer> own = this.timers.stream().map(Timer::taskId).collect(Collectors.toSet());
		return new StepResult(next.status, next.output, next.failure,
				(next.customStatus != null) ? next.customStatus : this.customStatus,
				// Who continues as new leaves no history.
				(next.continuation != null) ? next.events : joined(this.events, next.events),
				joined(this.messages, next.messages),
				joined(this.timers.stream().filter((timer) -> !gone.contains(timer.taskId())).toList(), next.timers),
				joined(this.removedTimers,
						next.removedTimers.stream().filter((taskId) -> !own.contains(taskId)).toList()),
				joined(this.starts, next.starts), next.continuation,
				(next.newParent != null) ? next.newParent : this.newParent, joined(this.unmet, next.unmet),
				joined(this.localCalls, next.localCalls));
	}

	private static <T> List<T> joined(List<T> first, List<T> second) {
		return first.isEmpty() ? second
				: second.isEmpty() ? first : Stream.concat(first.stream(), second.stream()).toList();
	}

	/**
	 * A call of an activity that the node runs itself.
	 *
	 * @param message the call
	 * @param checkpoint whether its outcome is stored before the next such call begins
	 */
	public record LocalCall(Message.ToActivity message, boolean checkpoint) {
	}

	/**
	 * A timer to set.
	 *
	 * @param taskId the timer's task
	 * @param fireAt when it fires
	 */
	public record Timer(int taskId, Instant fireAt) {
	}

	/**
	 * An instance to start.
	 *
	 * @param instanceId the instance id
	 * @param started the event that starts it
	 * @param startAt when it is to run; {@code null} for at once
	 * @param ifTaken the outcome of the task if an unfinished instance has the id;
	 * {@code null} if nobody waits
	 */
	public record Start(String instanceId, ExecutionStarted started, @Nullable Instant startAt,
			@Nullable Completion ifTaken) {
	}

	/**
	 * What the code says of itself.
	 *
	 * @param value the value, {@code null} for nothing any more
	 */
	public record CustomStatus(@Nullable Payload value) {
	}

	/**
	 * The execution that follows this one.
	 *
	 * @param executionId its id
	 * @param started the event that starts it, to be sent to it
	 * @param references what becomes of the large values that the execution before
	 * referred to; {@code null} if it did not
	 */
	public record Continuation(String executionId, ExecutionStarted started, @Nullable References references) {
	}

	/**
	 * Large values that an execution which is over referred to.
	 *
	 * @param unused ids of those that the next one does not refer to
	 * @param left calls of activities that are under way elsewhere, with large inputs
	 */
	public record References(List<String> unused, List<TaskScheduled> left) {

		public References {
			unused = List.copyOf(unused);
			left = List.copyOf(left);
		}

	}

}
