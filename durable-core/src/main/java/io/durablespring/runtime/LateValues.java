package io.durablespring.runtime;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.durablespring.history.ExecutionIds;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.Completion;
import io.durablespring.history.HistoryEvent.EventRaised;
import io.durablespring.history.HistoryEvent.TaskCompleted;
import io.durablespring.history.HistoryEvent.TaskFailed;
import io.durablespring.history.Message;
import io.durablespring.history.Message.ToOrchestration;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.OrchestrationStore;
import io.durablespring.spi.PayloadHolder;
import org.jspecify.annotations.Nullable;

/**
 * Removes large values of messages that come too late: an execution that is over takes in
 * nothing more, and an eternal orchestration would keep them for ever. Thread-safe.
 */
final class LateValues {

	private final OrchestrationStore store;

	LateValues(OrchestrationStore store) {
		this.store = store;
	}

	/**
	 * What can be removed once a message is dropped.
	 * @param dropped the message
	 * @param current the instance's execution, {@code null} if there is no instance
	 */
	static Optional<PayloadHolder> of(ToOrchestration dropped, @Nullable String current) {
		String executionId = dropped.executionId();
		if (executionId == null || (current != null && isRewindOf(executionId, current))) {
			// It may be wanted yet: by an instance that comes, or by a rewind.
			return Optional.empty();
		}
		HistoryEvent event = dropped.event();
		boolean continues = current != null && ExecutionIds.root(current).equals(ExecutionIds.root(executionId));
		if (event instanceof EventRaised raised) {
			return (current != null && !continues && LargePayloads.isLarge(raised.input()))
					? Optional.of(PayloadHolder.event(dropped.instanceId(), dropped.id())) : Optional.empty();
		}
		// The input of an activity has been kept for it if the instance continued as new.
		boolean mayHaveValues = LargePayloads.isLarge(event.result())
				|| (continues && (event instanceof TaskCompleted || event instanceof TaskFailed));
		return (event instanceof Completion outcome && mayHaveValues)
				? Optional.of(PayloadHolder.call(dropped.instanceId(), executionId, outcome.taskId()))
				: Optional.empty();
	}

	private static boolean isRewindOf(String one, String other) {
		return ExecutionIds.generation(one).equals(ExecutionIds.generation(other));
	}

	void remove(Collection<PayloadHolder> holders) {
		if (!holders.isEmpty()) {
			this.store.removePayloads(holders);
		}
	}

	/** Calls are dropped: their outcome is recorded, or nobody waits for it. */
	void removeOf(Collection<Message.ToActivity> settled) {
		if (settled.isEmpty()) {
			return;
		}
		Map<String, InstanceHead> heads = this.store
			.load(settled.stream().map(Message.ToActivity::instanceId).distinct().toList())
			.stream()
			.collect(Collectors.toMap(InstanceHead::id, Function.identity()));
		List<PayloadHolder> holders = new ArrayList<>();
		for (Message.ToActivity call : settled) {
			InstanceHead head = heads.get(call.instanceId());
			if (head == null || !isRewindOf(call.executionId(), head.executionId())) {
				holders.add(PayloadHolder.call(call.instanceId(), call.executionId(), call.taskId()));
			}
		}
		remove(holders);
	}

}
