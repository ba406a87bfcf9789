package io.durablespring.engine;

import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import io.durablespring.FailureDetails;
import io.durablespring.ParentInstance;
import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.Action;
import io.durablespring.history.HistoryEvent.Completion;
import io.durablespring.history.HistoryEvent.ExecutionResumed;
import io.durablespring.history.HistoryEvent.ExecutionRewound;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.history.HistoryEvent.ExecutionSuspended;
import io.durablespring.history.HistoryEvent.OrchestratorStarted;
import io.durablespring.history.HistoryEvent.TaskScheduled;
import io.durablespring.history.HistoryEvent.TimerCanceled;
import io.durablespring.history.HistoryEvent.TimerFired;
import org.jspecify.annotations.Nullable;

/**
 * What the history alone says, whatever the code does: which tasks wait for their
 * outcome, and whether the execution is suspended. Keeps what arrives twice out of the
 * history.
 */
final class TaskLedger {

	private final Map<Integer, Action> open = new TreeMap<>();

	/** Large values that the history refers to. */
	private final Set<String> references = new HashSet<>();

	private boolean started;

	private Map<String, String> tags = Map.of();

	private @Nullable FailureDetails suspension;

	private @Nullable ParentInstance newParent;

	private Instant now = Instant.EPOCH;

	/** Takes note of a recorded event. */
	void fold(HistoryEvent event) {
		Payload payload = event.payload();
		if (payload != null && payload.referenceId() != null) {
			this.references.add(payload.referenceId());
		}
		if (event instanceof Action action && action.opensTask()) {
			this.open.put(action.taskId(), action);
		}
		else if (event instanceof TimerCanceled canceled) {
			this.open.remove(canceled.taskId());
		}
		else if (event instanceof Completion completion) {
			this.open.remove(completion.taskId());
		}
		else if (event instanceof ExecutionSuspended suspended) {
			this.suspension = suspensionOf(suspended);
		}
		else if (event instanceof ExecutionResumed) {
			this.suspension = null;
		}
		else if (event instanceof ExecutionStarted start) {
			this.started = true;
			this.tags = start.tags();
		}
		else if (event instanceof ExecutionRewound rewound && rewound.parent() != null) {
			this.newParent = rewound.parent();
		}
		else if (event instanceof OrchestratorStarted turn) {
			this.now = turn.timestamp();
		}
	}

	static FailureDetails suspensionOf(ExecutionSuspended suspended) {
		return (suspended.failure() != null) ? suspended.failure() : FailureDetails.of("ExecutionSuspended",
				(suspended.reason() != null) ? suspended.reason() : "Suspended");
	}

	/** Whether an event that has arrived means anything; if so, takes note of it. */
	boolean accept(HistoryEvent event) {
		boolean meaningful;
		if (event instanceof Completion completion) {
			Action action = this.open.get(completion.taskId());
			meaningful = action != null && action.isCompletedBy(completion);
		}
		else if (event instanceof ExecutionStarted) {
			meaningful = !this.started;
		}
		else if (event instanceof ExecutionSuspended) {
			meaningful = this.suspension == null;
		}
		else if (event instanceof ExecutionResumed) {
			meaningful = this.suspension != null;
		}
		else {
			meaningful = true;
		}
		if (meaningful) {
			fold(event);
		}
		return meaningful;
	}

	/** Whether the code has begun; what comes before that waits. */
	boolean isStarted() {
		return this.started;
	}

	/**
	 * What becomes of the large values that the history refers to when another one takes
	 * its place. Activities that are under way go on, though nobody waits for them. Those
	 * that a node runs itself have their inputs in its memory, and are not begun anew
	 * should it die: nobody would say when their inputs can go.
	 * @return {@code null} if it refers to none
	 */
	StepResult.@Nullable References leave(List<HistoryEvent> carried, ExecutionStarted started) {
		if (this.references.isEmpty()) {
			return null;
		}
		TaskLedger next = new TaskLedger();
		carried.forEach(next::fold);
		next.fold(started);
		Set<String> unused = new TreeSet<>(this.references);
		unused.removeAll(next.references);
		List<TaskScheduled> left = this.open.values()
			.stream()
			.filter(TaskScheduled.class::isInstance)
			.map(TaskScheduled.class::cast)
			.filter((call) -> call.input() != null && call.input().referenceId() != null)
			.filter((call) -> !Boolean.TRUE.equals(call.local()))
			.toList();
		return new StepResult.References(List.copyOf(unused), left);
	}

	/** The labels given at start. */
	Map<String, String> tags() {
		return this.tags;
	}

	/** Why the execution is suspended, {@code null} if it is not. */
	@Nullable FailureDetails suspension() {
		return this.suspension;
	}

	/** The parent that a rewind has brought, {@code null} if none has. */
	@Nullable ParentInstance newParent() {
		return this.newParent;
	}

	/** The actions that wait for their outcome, by task. */
	Collection<Action> open() {
		return this.open.values();
	}

	/**
	 * The time of a step. Clocks of nodes differ, but time must not go back, nor stay
	 * before a timer that another node's clock has fired.
	 */
	Instant stepTime(Instant clock, List<HistoryEvent> accepted) {
		Instant time = clock.isBefore(this.now) ? this.now : clock;
		for (HistoryEvent event : accepted) {
			if (event instanceof TimerFired && event.timestamp().isAfter(time)) {
				time = event.timestamp();
			}
		}
		return time;
	}

}
