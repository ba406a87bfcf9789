package io.durablespring.engine;

import java.util.ArrayList;
import java.util.List;

import io.durablespring.FailureDetails;
import io.durablespring.InstanceStatus;
import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import org.jspecify.annotations.Nullable;

/**
 * Collects what one step changes.
 */
final class StepRecord {

	private final String instanceId;

	private final String executionId;

	private final List<HistoryEvent> events = new ArrayList<>();

	private final List<Message> messages = new ArrayList<>();

	private final List<StepResult.Timer> timers = new ArrayList<>();

	private final List<Integer> removedTimers = new ArrayList<>();

	StepRecord(String instanceId, String executionId) {
		this.instanceId = instanceId;
		this.executionId = executionId;
	}

	String instanceId() {
		return this.instanceId;
	}

	String executionId() {
		return this.executionId;
	}

	void add(HistoryEvent event) {
		this.events.add(event);
	}

	void send(Message message) {
		this.messages.add(message);
	}

	void setTimer(StepResult.Timer timer) {
		this.timers.add(timer);
	}

	void removeTimer(int taskId) {
		boolean setInThisStep = this.timers.removeIf((timer) -> timer.taskId() == taskId);
		if (!setInThisStep) {
			this.removedTimers.add(taskId);
		}
	}

	StepResult result(InstanceStatus status, @Nullable Payload output, @Nullable FailureDetails failure) {
		return new StepResult(status, output, failure, this.events, this.messages, this.timers, this.removedTimers);
	}

}
