package io.durablespring.runtime;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.durablespring.FailureDetails;
import io.durablespring.InstanceStatus;
import io.durablespring.engine.Execution;
import io.durablespring.engine.StepResult;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.OutboxEntry;
import io.durablespring.spi.StepCommit;

/**
 * One instance's part of a batch: its messages, its execution and the step they make.
 *
 * @param head the instance as it is stored
 * @param execution its execution, not shared with anybody
 * @param messages what has arrived for it, in order
 * @param firstSequence the position in history of the first new event
 * @param result what the step changes
 */
record InstanceWork(InstanceHead head, Execution execution, List<Message.ToOrchestration> messages, int firstSequence,
		StepResult result) {

	static InstanceWork step(InstanceHead head, Execution execution, List<Message.ToOrchestration> messages,
			Instant now) {
		List<HistoryEvent> events = messages.stream().map(Message.ToOrchestration::event).toList();
		int firstSequence = execution.historySize();
		return new InstanceWork(head, execution, messages, firstSequence, execution.step(now, events));
	}

	boolean isUnchanged() {
		return this.result.events().isEmpty();
	}

	StepCommit commit(Instant now, OutboxRelay relay) {
		List<OutboxEntry> timers = new ArrayList<>();
		for (StepResult.Timer timer : this.result.timers()) {
			timers.add(timerEntry(timer, now, relay));
		}
		List<String> removed = this.result.removedTimers().stream().map(this::timerId).toList();
		return new StepCommit(this.head, now, this.result.status(), this.result.output(), this.result.failure(),
				this.firstSequence, this.result.events(), this.result.messages(), timers, removed, receivedIds());
	}

	private OutboxEntry timerEntry(StepResult.Timer timer, Instant now, OutboxRelay relay) {
		Message fired = Message.ToOrchestration.completion(this.head.id(), this.head.executionId(),
				new HistoryEvent.TimerFired(timer.fireAt(), timer.taskId()));
		return new OutboxEntry(timerId(timer.taskId()), timer.fireAt(), relay.claimFor(timer.fireAt(), now),
				List.of(fired));
	}

	private String timerId(int taskId) {
		return this.head.executionId() + ":" + taskId;
	}

	// Completions are told apart by their task; only commands need a memory of their own.
	private List<String> receivedIds() {
		return this.messages.stream()
			.filter((message) -> message.event() instanceof HistoryEvent.Command)
			.map(Message.ToOrchestration::id)
			.distinct()
			.toList();
	}

	/** What to store instead when this step cannot be stored. */
	StepCommit poisoned(Instant now, FailureDetails failure) {
		return new StepCommit(this.head, now, InstanceStatus.FAILED, null, failure, this.firstSequence,
				List.of(new HistoryEvent.ExecutionFailed(now, failure)), List.of(), List.of(), List.of(), List.of());
	}

}
