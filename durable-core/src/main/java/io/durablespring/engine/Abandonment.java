package io.durablespring.engine;

import java.util.List;

import io.durablespring.FailureDetails;
import io.durablespring.history.HistoryEvent;
import org.jspecify.annotations.Nullable;

/**
 * Whether the code of a step is given up, and what has arrived for that step.
 * Thread-safe.
 */
final class Abandonment {

	private List<HistoryEvent> arrived = List.of();

	private boolean wasSuspended;

	private boolean possible;

	private @Nullable FailureDetails reason;

	/**
	 * The code of a step begins.
	 * @param arrived what has arrived for it, behind the step's own event
	 * @param wasSuspended whether the execution was suspended before
	 */
	synchronized void allow(List<HistoryEvent> arrived, boolean wasSuspended) {
		this.arrived = arrived;
		this.wasSuspended = wasSuspended;
		this.possible = true;
	}

	/** Gives the code up, if it runs. Returns whether it does. */
	synchronized boolean begin(FailureDetails why) {
		boolean begins = this.possible && this.reason == null;
		if (begins) {
			this.reason = why;
		}
		return begins;
	}

	/** The code has come to a wait or to its end. Returns whether that counts. */
	synchronized boolean end() {
		this.possible = false;
		if (this.reason == null) {
			// Whoever waits for days must not keep it.
			this.arrived = List.of();
		}
		return this.reason == null;
	}

	/** Why the code was given up, {@code null} if it was not. */
	synchronized @Nullable FailureDetails reason() {
		return this.reason;
	}

	synchronized List<HistoryEvent> arrived() {
		return this.arrived;
	}

	synchronized boolean wasSuspended() {
		return this.wasSuspended;
	}

}
