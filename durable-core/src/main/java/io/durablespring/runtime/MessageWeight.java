package io.durablespring.runtime;

import java.util.List;

import io.durablespring.engine.StepResult;
import io.durablespring.history.EventWeight;
import io.durablespring.history.Message;

/**
 * What messages and steps take in memory, roughly and in bytes: enough to keep a bound,
 * without encoding them for that.
 */
final class MessageWeight {

	/** Ids and the objects themselves. */
	private static final long EACH = 250;

	private MessageWeight() {
	}

	static long of(List<? extends Message> messages) {
		return messages.stream().mapToLong(MessageWeight::of).sum();
	}

	static long of(Message message) {
		if (message instanceof Message.ToActivity call) {
			return 2 * EACH + EventWeight.of(call.input());
		}
		if (message instanceof Message.ToOrchestration event) {
			return EACH + EventWeight.of(event.event());
		}
		return (message instanceof Message.ToVersion other) ? EACH + of(other.message()) : EACH;
	}

	/** What a step writes and sends. */
	static long of(StepResult result) {
		return of(result.messages()) + 2 * EACH * result.timers().size()
				+ result.events().stream().mapToLong((event) -> EACH + EventWeight.of(event)).sum()
				+ result.starts().stream().mapToLong((start) -> EACH + EventWeight.of(start.started())).sum();
	}

}
