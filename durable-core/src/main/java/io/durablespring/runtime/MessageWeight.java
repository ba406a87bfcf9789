package io.durablespring.runtime;

import java.util.List;

import io.durablespring.FailureDetails;
import io.durablespring.Payload;
import io.durablespring.engine.StepResult;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.EventRaised;
import io.durablespring.history.Message;
import org.jspecify.annotations.Nullable;

/**
 * What messages and steps take in memory, roughly and in bytes: enough to keep a bound,
 * without encoding them for that.
 */
final class MessageWeight {

	/** Ids, names and the objects themselves, of an event or of what carries it. */
	private static final long EACH = 500;

	private MessageWeight() {
	}

	static long of(List<? extends Message> messages) {
		return messages.stream().mapToLong(MessageWeight::of).sum();
	}

	static long of(Message message) {
		if (message instanceof Message.ToActivity call) {
			return EACH + of(call.input());
		}
		if (message instanceof Message.ToOrchestration event) {
			return EACH + of(event.event());
		}
		return (message instanceof Message.ToVersion other) ? EACH + of(other.message()) : EACH;
	}

	/** What a step writes and sends. */
	static long of(StepResult result) {
		return of(result.messages()) + EACH * result.timers().size()
				+ result.events().stream().mapToLong(MessageWeight::of).sum()
				+ result.starts().stream().mapToLong((start) -> of(start.started())).sum();
	}

	private static long of(HistoryEvent event) {
		long start = (event instanceof EventRaised raised && raised.start() != null) ? of(raised.start().input()) : 0;
		return EACH + start + of(event.payload()) + of(event.failure());
	}

	private static long of(@Nullable Payload payload) {
		return (payload != null) ? payload.json().length() + length(payload.content()) : 0;
	}

	private static long of(@Nullable FailureDetails failure) {
		return (failure != null) ? length(failure.message()) + length(failure.stackTrace()) + of(failure.cause()) : 0;
	}

	private static long length(@Nullable String text) {
		return (text != null) ? text.length() : 0;
	}

}
