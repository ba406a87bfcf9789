package io.durablespring.engine;

import java.time.Instant;
import java.util.List;

import io.durablespring.FailureDetails;
import io.durablespring.InstanceStatus;
import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import org.jspecify.annotations.Nullable;

/**
 * What a step changes. Nothing of it has left the process.
 *
 * @param status the status after the step
 * @param output the result, when it completed
 * @param failure why it failed, was suspended or was terminated
 * @param events the new history events
 * @param messages what to send at once
 * @param timers the timers to set
 * @param removedTimers the tasks whose timers must not fire any more
 */
public record StepResult(InstanceStatus status, @Nullable Payload output, @Nullable FailureDetails failure,
		List<HistoryEvent> events, List<Message> messages, List<Timer> timers, List<Integer> removedTimers) {

	public StepResult {
		events = List.copyOf(events);
		messages = List.copyOf(messages);
		timers = List.copyOf(timers);
		removedTimers = List.copyOf(removedTimers);
	}

	/**
	 * A timer to set.
	 *
	 * @param taskId the timer's task
	 * @param fireAt when it fires
	 */
	public record Timer(int taskId, Instant fireAt) {
	}

}
