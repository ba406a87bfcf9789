package io.durablespring.spi;

import java.time.Instant;
import java.util.List;

import io.durablespring.FailureDetails;
import io.durablespring.InstanceStatus;
import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one step of one instance changes. It is stored whole or not at all.
 *
 * @param head the instance as the step found it; the store must still have its version
 * @param now the time of the step
 * @param status the status from now on
 * @param output the result, when it completed
 * @param failure why it failed, was suspended or was terminated
 * @param firstSequence the position in history of the first new event
 * @param events the new events
 * @param messages what to send at once
 * @param timers what to send later, one entry for each
 * @param removedTimers ids of entries that must not be sent any more
 * @param receivedIds ids of messages to remember as received
 */
public record StepCommit(InstanceHead head, Instant now, InstanceStatus status, @Nullable Payload output,
		@Nullable FailureDetails failure, int firstSequence, List<HistoryEvent> events, List<Message> messages,
		List<OutboxEntry> timers, List<String> removedTimers, List<String> receivedIds) {

	public StepCommit {
		events = List.copyOf(events);
		messages = List.copyOf(messages);
		timers = List.copyOf(timers);
		removedTimers = List.copyOf(removedTimers);
		receivedIds = List.copyOf(receivedIds);
	}

}
