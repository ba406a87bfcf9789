package io.durablespring.spi;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import org.jspecify.annotations.Nullable;

/**
 * Messages that must be sent because the transaction that made them has committed.
 *
 * @param id the entry's id, at most 100 characters
 * @param dueAt when to send; a timer's entry is due in the future
 * @param claimedUntil until when the entry's owner alone may send it; {@code null} if
 * nobody owns it
 * @param messages the messages, in order
 */
public record OutboxEntry(String id, Instant dueAt, @Nullable Instant claimedUntil, List<Message> messages) {

	public OutboxEntry {
		messages = List.copyOf(messages);
	}

	/**
	 * The id of a timer's entry.
	 * @param executionId the execution that set the timer
	 * @param taskId the timer's task
	 * @return the id
	 */
	public static String timerId(String executionId, int taskId) {
		return executionId + ":" + taskId;
	}

	/**
	 * The id of the entry for the start of an instance.
	 * @param executionId the instance's first execution
	 * @return the id
	 */
	public static String startId(String executionId) {
		return executionId + ":start";
	}

	/**
	 * The id of the entry for what is to be sent only if the node that has committed it
	 * does not do without.
	 * @param outboxId the id of the entry for the messages of the same steps
	 * @return the id
	 */
	public static String fallbackId(String outboxId) {
		return outboxId + ":fallback";
	}

	/**
	 * The ids of the entries that may be there for an execution: for timers that have not
	 * fired, and for its start if that may be due later.
	 * @param executionId the execution
	 * @param history its history
	 * @return the ids
	 */
	public static List<String> openIds(String executionId, List<HistoryEvent> history) {
		Set<String> open = new LinkedHashSet<>();
		open.add(startId(executionId));
		for (HistoryEvent event : history) {
			if (event instanceof HistoryEvent.ExecutionStarted) {
				open.remove(startId(executionId));
			}
			else if (event instanceof HistoryEvent.TimerCreated timer) {
				open.add(timerId(executionId, timer.taskId()));
			}
			else if (event instanceof HistoryEvent.TimerFired fired) {
				open.remove(timerId(executionId, fired.taskId()));
			}
			else if (event instanceof HistoryEvent.TimerCanceled canceled) {
				open.remove(timerId(executionId, canceled.taskId()));
			}
		}
		return List.copyOf(open);
	}

}
