package io.durablespring.engine;

import java.util.concurrent.Semaphore;

/**
 * Lets one of two threads run at a time: the engine's or the orchestrator's. Handing it
 * over makes everything that was done before visible to the other side.
 */
final class Baton {

	private final Semaphore orchestrator = new Semaphore(0);

	private final Semaphore engine = new Semaphore(0);

	/** Engine: lets the orchestrator run until it gives the baton back. */
	void runOrchestrator() {
		this.orchestrator.release();
		this.engine.acquireUninterruptibly();
	}

	/** Engine: lets the orchestrator run, without waiting for it. */
	void releaseOrchestrator() {
		this.orchestrator.release();
	}

	/** Orchestrator: waits for its first turn. */
	void awaitTurn() {
		this.orchestrator.acquireUninterruptibly();
	}

	/** Orchestrator: gives the baton back and waits for its next turn. */
	void giveBackAndWait() {
		this.engine.release();
		this.orchestrator.acquireUninterruptibly();
	}

	/** Orchestrator: gives the baton back for good. */
	void giveBack() {
		this.engine.release();
	}

}
