package io.durablespring.runtime;

import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

import io.durablespring.engine.Execution;
import io.durablespring.engine.StepResult;
import org.jspecify.annotations.Nullable;

/**
 * Runs steps of executions that do not park: their code runs on the thread that asks for
 * the step, and may never give that back. So it is not the worker's own, which waits for
 * it: many steps one after the other on one other thread, as long as none has to be given
 * up, and on a new one from there on. Thread-safe.
 */
final class StepThreads {

	private final Executor threads;

	private final BlockedOrchestrators blocked;

	StepThreads(Executor threads, BlockedOrchestrators blocked) {
		this.threads = threads;
		this.blocked = blocked;
	}

	/** Runs one step. */
	StepResult step(Execution execution, Supplier<StepResult> code) {
		One one = new One(new Step(execution, code));
		run(one, !execution.parks());
		return one.result();
	}

	/**
	 * Runs steps, each when the one before is done.
	 * @param steps where they come from; used by one thread at a time, not always the
	 * caller's
	 * @param elsewhere whether code may run on the thread that asks for a step
	 */
	void run(Steps steps, boolean elsewhere) {
		Turn turn;
		do {
			turn = new Turn(steps);
			if (elsewhere) {
				this.threads.execute(turn);
				turn.done.acquireUninterruptibly();
			}
			else {
				turn.run();
			}
			Rethrow.ifAny(turn.failure);
		}
		while (turn.isLost);
	}

	/**
	 * Steps on one thread. What is read by another one was written before the step began
	 * that may be given up, or before its end was announced.
	 */
	private final class Turn implements Runnable {

		private final Semaphore done = new Semaphore(0);

		/** Not those of a lost thread, which may never let go of them. */
		private @Nullable Steps steps;

		private boolean isLost;

		private @Nullable Throwable failure;

		Turn(Steps steps) {
			this.steps = steps;
		}

		@Override
		public void run() {
			Step step = null;
			try {
				for (step = steps().next(); step != null; step = steps().next()) {
					Execution execution = step.execution();
					StepResult result = StepThreads.this.blocked.watch(execution, step.code(), () -> lost(execution));
					steps().done(result);
				}
			}
			catch (Throwable ex) {
				if (step != null && step.execution().isLeftBehind()) {
					// The steps go on elsewhere.
					return;
				}
				this.failure = ex;
			}
			this.done.release();
		}

		/** The thread is lost in the code of a step, which is done nevertheless. */
		private void lost(Execution execution) {
			this.isLost = true;
			try {
				steps().done(execution.abandoned());
				this.steps = null;
			}
			catch (RuntimeException | Error ex) {
				this.failure = ex;
			}
			this.done.release();
		}

		private Steps steps() {
			return Objects.requireNonNull(this.steps);
		}

	}

	/**
	 * Where steps come from.
	 */
	interface Steps {

		/** The next one, {@code null} if there is none. */
		@Nullable Step next();

		/** What has come of it. */
		void done(StepResult result);

	}

	/**
	 * A step to run.
	 *
	 * @param execution what steps
	 * @param code the step
	 */
	record Step(Execution execution, Supplier<StepResult> code) {
	}

	private static final class One implements Steps {

		private @Nullable Step step;

		private @Nullable StepResult result;

		One(Step step) {
			this.step = step;
		}

		@Override
		public @Nullable Step next() {
			Step next = this.step;
			this.step = null;
			return next;
		}

		@Override
		public void done(StepResult result) {
			this.result = result;
		}

		StepResult result() {
			if (this.result == null) {
				throw new IllegalStateException("The step has no result");
			}
			return this.result;
		}

	}

}
