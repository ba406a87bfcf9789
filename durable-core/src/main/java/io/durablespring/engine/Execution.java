package io.durablespring.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

import io.durablespring.FailureDetails;
import io.durablespring.InstanceStatus;
import io.durablespring.NonDeterministicOrchestratorException;
import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.ExecutionCompleted;
import io.durablespring.history.HistoryEvent.ExecutionFailed;
import io.durablespring.history.HistoryEvent.ExecutionResumed;
import io.durablespring.history.HistoryEvent.ExecutionSuspended;
import io.durablespring.history.HistoryEvent.ExecutionTerminated;
import io.durablespring.history.HistoryEvent.OrchestratorStarted;
import io.durablespring.history.PayloadCodec;
import org.jspecify.annotations.Nullable;

/**
 * An execution of an orchestrator. Between steps its code is parked on a thread of its
 * own, so that a step costs its new events only; made from a history, it first repeats
 * that. Both ways give the same results.
 * <p>
 * Used by one thread at a time. A step whose result is not stored leaves the execution
 * ahead of its history: {@link #close()} it and make another.
 */
public final class Execution implements AutoCloseable {

	private final ExecutionKey key;

	private final OrchestratorBody body;

	private final OrchestrationEngine.Options options;

	private final Executor threads;

	private final Replay replay;

	private final ReplayContext context;

	private final TaskLedger ledger = new TaskLedger();

	private int historySize;

	private boolean running;

	private volatile boolean ended;

	private @Nullable HistoryEvent outcome;

	Execution(ExecutionKey key, OrchestratorBody body, List<HistoryEvent> history, PayloadCodec codec,
			ActivityResolver activities, Executor threads, OrchestrationEngine.Options options) {
		this.key = key;
		this.body = body;
		this.options = options;
		this.threads = threads;
		this.replay = new Replay(history, options.verifyInputs(), newRecord());
		this.context = new ReplayContext(key, this.replay, codec, activities);
		this.historySize = history.size();
		history.forEach(this.ledger::fold);
	}

	/**
	 * Which execution this is.
	 * @return the key
	 */
	public ExecutionKey key() {
		return this.key;
	}

	/**
	 * How many events the history has, those of the steps so far included.
	 * @return the position of the next event
	 */
	public int historySize() {
		return this.historySize;
	}

	/**
	 * Takes in events and runs the code until it waits or ends. Events that mean nothing
	 * any more, such as outcomes that came before, are left out.
	 * @param clock the current time, in whole microseconds
	 * @param events what has arrived, in order
	 * @return what changes; without events if nothing does
	 */
	public StepResult step(Instant clock, List<HistoryEvent> events) {
		if (this.ended) {
			throw new IllegalStateException("This execution has ended or is closed: " + this.key);
		}
		FailureDetails suspension = this.ledger.suspension();
		List<HistoryEvent> accepted = events.stream().filter(this.ledger::accept).toList();
		List<HistoryEvent> arrived = new ArrayList<>(accepted.size() + 1);
		arrived.add(new OrchestratorStarted(this.ledger.stepTime(clock, accepted)));
		arrived.addAll(accepted);
		StepRecord step = newRecord();
		if (arrived.size() > 1) {
			this.replay.beginStep(step, arrived);
			runCode();
		}
		StepResult result = result(step, arrived, suspension != null);
		result.events().forEach(this.ledger::fold);
		this.historySize += result.events().size();
		return result;
	}

	private StepRecord newRecord() {
		return new StepRecord(this.key.instanceId(), this.key.executionId());
	}

	private void runCode() {
		if (!this.running) {
			this.threads.execute(this::run);
			this.running = true;
		}
		this.replay.baton().runOrchestrator();
	}

	// On the orchestrator's own thread.
	private void run() {
		this.replay.enter();
		this.replay.baton().awaitTurn();
		try {
			Payload result = this.body.run(this.context, this.replay.awaitStart().input());
			end("returned", new ExecutionCompleted(this.replay.now(), result));
		}
		catch (Unwound ex) {
			// Normal: what to do next was noted by whoever unwound the thread.
		}
		catch (Throwable ex) {
			// The details, not the exception: its own text may be what fails next.
			FailureDetails failure = FailureDetails.of(ex, this.options.failureStackTraces());
			end("threw " + failure, new ExecutionFailed(this.replay.now(), failure));
		}
		finally {
			this.ended = true;
			this.replay.baton().giveBack();
		}
	}

	private void end(String how, HistoryEvent event) {
		try {
			this.replay.checkFinished(how);
		}
		catch (Unwound ex) {
			return;
		}
		// Code that swallowed the signal to unwind has not come to its own end.
		if (!this.replay.isUnwinding()) {
			this.outcome = event;
		}
	}

	private StepResult result(StepRecord step, List<HistoryEvent> arrived, boolean wasSuspended) {
		String mismatch = this.replay.mismatch();
		if (mismatch != null) {
			return diverged(step, arrived, wasSuspended,
					FailureDetails.of(NonDeterministicOrchestratorException.class.getName(), mismatch));
		}
		ExecutionTerminated terminated = this.replay.terminated();
		if (terminated != null) {
			this.replay.abandonOpenOperations();
			return terminated(step, terminated);
		}
		if (this.outcome instanceof ExecutionCompleted completed) {
			this.replay.abandonOpenOperations();
			step.add(completed);
			return step.result(InstanceStatus.COMPLETED, completed.result(), null);
		}
		if (this.outcome instanceof ExecutionFailed failed) {
			this.replay.abandonOpenOperations();
			step.add(failed);
			return step.result(InstanceStatus.FAILED, null, failed.failure());
		}
		FailureDetails suspension = this.ledger.suspension();
		return step.result((suspension != null) ? InstanceStatus.SUSPENDED : InstanceStatus.RUNNING, null, suspension);
	}

	private static StepResult terminated(StepRecord step, ExecutionTerminated terminated) {
		return step.result(InstanceStatus.TERMINATED, null, FailureDetails.of("ExecutionTerminated",
				(terminated.reason() != null) ? terminated.reason() : "Terminated"));
	}

	/**
	 * The code does not fit the history. The code has met none of the arrived events, so
	 * they are recorded behind a suspension, for code that fits to take in.
	 */
	private StepResult diverged(StepRecord step, List<HistoryEvent> arrived, boolean wasSuspended,
			FailureDetails failure) {
		Instant now = arrived.get(0).timestamp();
		ExecutionSuspended suspended = new ExecutionSuspended(now, "The code does not fit the history", failure);
		step.add(arrived.get(0));
		if (this.options.failNonDeterministic()) {
			step.add(new ExecutionFailed(now, failure));
			return step.result(InstanceStatus.FAILED, null, failure);
		}
		if (!wasSuspended) {
			step.add(suspended);
		}
		for (HistoryEvent event : arrived.subList(1, arrived.size())) {
			step.add(event);
			if (event instanceof ExecutionTerminated terminated) {
				return terminated(step, terminated);
			}
			if (event instanceof ExecutionResumed) {
				step.add(suspended);
			}
		}
		return step.result(InstanceStatus.SUSPENDED, null, failure);
	}

	/**
	 * Whether this execution can take another step.
	 * @return {@code false} once its code has ended, or did not fit its history
	 */
	public boolean isOpen() {
		return !this.ended;
	}

	/**
	 * Takes the code off its thread, without waiting for it. Harmless if it has ended.
	 */
	@Override
	public void close() {
		if (!this.ended) {
			this.ended = true;
			this.replay.unwind();
			if (this.running) {
				this.replay.baton().releaseOrchestrator();
			}
		}
	}

}
