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

	/** Which the code is on, {@code null} if it is on none. */
	private @Nullable Thread thread;

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

	/** The code is on the current thread from now on. */
	synchronized void enter() {
		this.thread = Thread.currentThread();
	}

	/**
	 * The code has left the current thread, and so has its being interrupted: other code
	 * may run on it now.
	 */
	synchronized void leave() {
		this.thread = null;
		Thread.interrupted();
	}

	/** Interrupts the code, if it is on a thread. */
	synchronized void interrupt() {
		if (this.thread != null) {
			this.thread.interrupt();
		}
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
