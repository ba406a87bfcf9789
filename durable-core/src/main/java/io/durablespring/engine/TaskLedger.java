package io.durablespring.engine;

import java.time.Instant;
import java.util.BitSet;
import java.util.List;

import io.durablespring.FailureDetails;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.Action;
import io.durablespring.history.HistoryEvent.Completion;
import io.durablespring.history.HistoryEvent.ExecutionResumed;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.history.HistoryEvent.ExecutionSuspended;
import io.durablespring.history.HistoryEvent.OrchestratorStarted;
import io.durablespring.history.HistoryEvent.TimerCanceled;
import io.durablespring.history.HistoryEvent.TimerFired;
import org.jspecify.annotations.Nullable;

/**
 * What the history alone says, whatever the code does: which tasks wait for their
 * outcome, and whether the execution is suspended. Keeps what arrives twice out of the
 * history.
 */
final class TaskLedger {

	private final BitSet waiting = new BitSet();

	private boolean started;

	private @Nullable FailureDetails suspension;

	private Instant now = Instant.EPOCH;

	/** Takes note of a recorded event. */
	void fold(HistoryEvent event) {
		if (event instanceof Action action) {
			this.waiting.set(action.taskId(), !(action instanceof TimerCanceled));
		}
		else if (event instanceof Completion completion) {
			this.waiting.clear(completion.taskId());
		}
		else if (event instanceof ExecutionSuspended suspended) {
			this.suspension = (suspended.failure() != null) ? suspended.failure() : FailureDetails
				.of("ExecutionSuspended", (suspended.reason() != null) ? suspended.reason() : "Suspended");
		}
		else if (event instanceof ExecutionResumed) {
			this.suspension = null;
		}
		else if (event instanceof ExecutionStarted) {
			this.started = true;
		}
		else if (event instanceof OrchestratorStarted turn) {
			this.now = turn.timestamp();
		}
	}

	/** Whether an event that has arrived means anything; if so, takes note of it. */
	boolean accept(HistoryEvent event) {
		boolean meaningful;
		if (event instanceof Completion completion) {
			meaningful = this.waiting.get(completion.taskId());
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

	/** Why the execution is suspended, {@code null} if it is not. */
	@Nullable FailureDetails suspension() {
		return this.suspension;
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
