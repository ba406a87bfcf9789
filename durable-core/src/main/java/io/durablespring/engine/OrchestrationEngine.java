package io.durablespring.engine;

import java.util.List;
import java.util.concurrent.Executor;

import io.durablespring.history.EventWeight;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.PayloadCodec;

/**
 * Makes executions. Has no clock, no thread and no state of its own. Thread-safe.
 */
public final class OrchestrationEngine {

	private final PayloadCodec codec;

	private final TargetResolver targets;

	private final Executor threads;

	private final Options options;

	/**
	 * Creates an engine.
	 * @param codec how values become payloads
	 * @param targets how calls find what they mean
	 * @param threads runs each execution on a thread of its own, without a limit
	 * @param options how executions behave
	 */
	public OrchestrationEngine(PayloadCodec codec, TargetResolver targets, Executor threads, Options options) {
		this.codec = codec;
		this.targets = targets;
		this.threads = threads;
		this.options = options;
	}

	/**
	 * Makes an execution that has come to the end of the given history. Its code does not
	 * run before the first step.
	 * @param key which execution it is
	 * @param body the orchestrator's code
	 * @param history what is recorded so far, empty for a new execution
	 * @return the execution
	 */
	public Execution execution(ExecutionKey key, OrchestratorBody body, List<HistoryEvent> history) {
		return new Execution(key, body, history, this.codec, this.targets, this.threads, this.options);
	}

	/**
	 * How executions behave.
	 *
	 * @param verifyInputs whether replay compares the inputs of calls, too
	 * @param failNonDeterministic whether an execution whose code does not fit its
	 * history fails; otherwise it is suspended
	 * @param failureStackTraces whether failure details keep stack traces
	 * @param maxActions how many actions an execution may do before it fails
	 * @param unparkedHistory up to what weight of its history, in bytes as
	 * {@link EventWeight} counts them, an execution does not park, 0 if it always does
	 */
	public record Options(boolean verifyInputs, boolean failNonDeterministic, boolean failureStackTraces,
			int maxActions, long unparkedHistory) {
	}

}
