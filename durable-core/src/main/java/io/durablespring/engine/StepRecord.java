package io.durablespring.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.durablespring.FailureDetails;
import io.durablespring.InstanceStatus;
import io.durablespring.ParentInstance;
import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.EventRaised;
import io.durablespring.history.HistoryEvent.ExecutionRewound;
import io.durablespring.history.HistoryEvent.ExecutionTerminated;
import io.durablespring.history.HistoryEvent.SubOrchestrationInstanceCreated;
import io.durablespring.history.HistoryEvent.TaskScheduled;
import io.durablespring.history.HistoryEvent.TimerCreated;
import io.durablespring.history.Message;
import org.jspecify.annotations.Nullable;

/**
 * Collects what one step changes.
 */
final class StepRecord {

	private final ExecutionKey key;

	private final List<HistoryEvent> events = new ArrayList<>();

	private final List<Message> messages = new ArrayList<>();

	private final List<StepResult.LocalCall> localCalls = new ArrayList<>();

	private final List<StepResult.Timer> timers = new ArrayList<>();

	private final List<Integer> removedTimers = new ArrayList<>();

	private final List<StepResult.Start> starts = new ArrayList<>();

	StepRecord(ExecutionKey key) {
		this.key = key;
	}

	List<HistoryEvent> events() {
		return this.events;
	}

	void add(HistoryEvent event) {
		this.events.add(stored(event));
	}

	/** The event as history has it. */
	static HistoryEvent stored(HistoryEvent event) {
		return (event instanceof EventRaised raised) ? raised.withoutStart() : event;
	}

	void send(Message message) {
		this.messages.add(message);
	}

	void call(TaskScheduled call, boolean checkpoint, Map<String, String> tags) {
		Message.ToActivity message = message(call, tags);
		if (call.local() != null && call.local()) {
			this.localCalls.add(new StepResult.LocalCall(message, checkpoint));
		}
		else {
			send(message);
		}
	}

	private Message.ToActivity message(TaskScheduled call, Map<String, String> tags) {
		return Message.ToActivity.of(this.key.instanceId(), this.key.executionId(), call, tags);
	}

	void start(StepResult.Start start) {
		this.starts.add(start);
	}

	void setTimer(TimerCreated timer) {
		this.timers.add(new StepResult.Timer(timer.taskId(), timer.fireAt()));
	}

	void removeTimer(int taskId) {
		boolean setInThisStep = this.timers.removeIf((timer) -> timer.taskId() == taskId);
		if (!setInThisStep) {
			this.removedTimers.add(taskId);
		}
	}

	/** An action of a rewound execution has no outcome yet: asks for it once more. */
	void request(HistoryEvent.Action open, ExecutionRewound rewound, Map<String, String> tags) {
		if (open instanceof TaskScheduled call) {
			// Also a local one: it is an operator who waits.
			send(message(call, tags));
		}
		else if (open instanceof TimerCreated timer) {
			setTimer(timer);
		}
		else if (open instanceof SubOrchestrationInstanceCreated child) {
			ParentInstance parent = new ParentInstance(this.key.instanceId(), this.key.executionId(), child.taskId());
			send(new Message.ToOrchestration(id(child.taskId(), "rewind"), child.instanceId(), null,
					new ExecutionRewound(rewound.timestamp(), rewound.reason(), parent)));
		}
	}

	/** An action has no outcome, and will not need one: the execution is over. */
	void abandon(HistoryEvent.Action open, @Nullable ExecutionTerminated terminated) {
		if (open instanceof TimerCreated) {
			removeTimer(open.taskId());
		}
		else if (open instanceof SubOrchestrationInstanceCreated child && terminated != null
				&& terminated.recursive()) {
			send(new Message.ToOrchestration(id(child.taskId(), "terminate"), child.instanceId(), null, terminated));
		}
	}

	String id(int taskId, String what) {
		return this.key.executionId() + ":" + taskId + ":" + what;
	}

	StepResult result(InstanceStatus status, @Nullable Payload output, @Nullable FailureDetails failure,
			StepResult.@Nullable CustomStatus customStatus, @Nullable ParentInstance newParent) {
		return new StepResult(status, output, failure, customStatus, this.events, this.messages, this.timers,
				this.removedTimers, this.starts, null, newParent, List.of(), this.localCalls);
	}

	/** What the step changes if the code continues as new: nothing of it is history. */
	StepResult continued(InstanceStatus status, @Nullable FailureDetails failure,
			StepResult.@Nullable CustomStatus customStatus, List<HistoryEvent> carried,
			StepResult.Continuation continuation, @Nullable ParentInstance newParent) {
		return new StepResult(status, null, failure, customStatus, carried, this.messages, List.of(),
				this.removedTimers, this.starts, continuation, newParent, List.of(), this.localCalls);
	}

}
