package io.durablespring.engine;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.Action;
import io.durablespring.history.HistoryEvent.Completion;
import io.durablespring.history.HistoryEvent.ExecutionResumed;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.history.HistoryEvent.ExecutionSuspended;
import io.durablespring.history.HistoryEvent.ExecutionTerminated;
import io.durablespring.history.HistoryEvent.OrchestratorStarted;
import org.jspecify.annotations.Nullable;

/**
 * The tape of an execution: the past, which the code must repeat, and what has arrived,
 * which the code meets for the first time.
 * <p>
 * The code itself winds the tape: awaiting takes in one event after the other until the
 * awaited task is done. Every event and action is recorded in the order in which the code
 * met it, so replay is a comparison of two sequences, and it makes no difference whether
 * events came one at a time, in batches or from the past.
 * <p>
 * Used by one thread at a time, the engine's or the orchestrator's, as {@link Baton} has
 * it.
 */
final class Replay {

	private final Baton baton = new Baton();

	private final Deque<HistoryEvent> past;

	private final Deque<HistoryEvent> arrived = new ArrayDeque<>();

	/** What came in while suspended: recorded, and not taken in yet. */
	private final Deque<HistoryEvent> held = new ArrayDeque<>();

	private final Map<Integer, Operation<?>> open = new HashMap<>();

	private final boolean verifyInputs;

	private StepRecord step;

	private int position;

	private int taskIds;

	private int doneTasks;

	private boolean live;

	private boolean suspended;

	private boolean unwinding;

	private Instant now = Instant.EPOCH;

	private @Nullable Thread owner;

	private @Nullable ExecutionStarted started;

	private @Nullable ExecutionTerminated terminated;

	private @Nullable String mismatch;

	Replay(List<HistoryEvent> history, boolean verifyInputs, StepRecord step) {
		this.past = new ArrayDeque<>(history);
		this.verifyInputs = verifyInputs;
		this.step = step;
	}

	// --- For the engine's thread

	void beginStep(StepRecord record, List<HistoryEvent> events) {
		this.step = record;
		this.arrived.addAll(events);
	}

	Baton baton() {
		return this.baton;
	}

	@Nullable String mismatch() {
		return this.mismatch;
	}

	@Nullable ExecutionTerminated terminated() {
		return this.terminated;
	}

	boolean isSuspended() {
		return this.suspended;
	}

	/** From now on every use of the context unwinds the thread and records nothing. */
	void unwind() {
		this.unwinding = true;
	}

	void abandonOpenOperations() {
		this.open.values().forEach((operation) -> operation.abandon(this.step));
		this.open.clear();
	}

	// --- For the orchestrator's thread

	void enter() {
		this.owner = Thread.currentThread();
	}

	ExecutionStarted awaitStart() {
		while (this.started == null) {
			advanceOrWait();
		}
		return this.started;
	}

	/** The code has come to its end: so must have the past. */
	void checkFinished(String how) {
		if (!this.unwinding && !this.live) {
			diverge("the code " + how);
		}
	}

	boolean isUnwinding() {
		return this.unwinding;
	}

	Instant now() {
		return this.now;
	}

	boolean isReplaying() {
		return !this.live || this.unwinding;
	}

	int nextTaskId() {
		return this.taskIds++;
	}

	int nextDoneOrder() {
		return ++this.doneTasks;
	}

	void checkAccess() {
		if (!Thread.currentThread().equals(this.owner)) {
			throw new IllegalStateException(
					"An orchestration's context and tasks can only be used on the orchestrator's "
							+ "own thread, but were used on '" + Thread.currentThread().getName()
							+ "'. Do asynchronous work in activities.");
		}
		if (this.unwinding) {
			throw new Unwound();
		}
	}

	<O extends Operation<?>> O begin(O operation) {
		act(operation.action(), operation::begin);
		this.open.put(operation.taskId(), operation);
		return operation;
	}

	void forget(Operation<?> operation) {
		this.open.remove(operation.taskId());
	}

	/** Records an action of the code, or finds that it repeats what is recorded. */
	void act(Action action, Consumer<StepRecord> ifNew) {
		checkAccess();
		if (this.live) {
			this.step.add(action);
			ifNew.accept(this.step);
			return;
		}
		if (!(this.past.peek() instanceof Action recorded) || !recorded.isRepeatedBy(action, this.verifyInputs)) {
			diverge("the code now does " + action.describe());
		}
		this.past.poll();
		this.position++;
	}

	void awaitDone(ReplayTask<?> task) {
		checkAccess();
		while (task.doneOrder() == 0) {
			advanceOrWait();
		}
	}

	private void advanceOrWait() {
		if (!advance()) {
			this.baton.giveBackAndWait();
			checkAccess();
		}
	}

	private boolean advance() {
		if (!this.suspended && !this.held.isEmpty()) {
			release(this.held.remove());
			return true;
		}
		HistoryEvent event = this.past.poll();
		if (event != null) {
			takeIn(event);
			this.position++;
			return true;
		}
		event = this.arrived.poll();
		if (event == null) {
			return false;
		}
		this.live = true;
		takeIn(event);
		return true;
	}

	private void takeIn(HistoryEvent event) {
		if (this.suspended && (event instanceof Completion || event instanceof ExecutionStarted)) {
			record(event);
			this.held.add(event);
			return;
		}
		if (event instanceof Completion completion) {
			if (this.open.containsKey(completion.taskId())) {
				record(completion);
				resolve(completion);
			}
			return;
		}
		if (event instanceof Action) {
			diverge("the code now waits for something else");
		}
		record(event);
		if (event instanceof OrchestratorStarted turn) {
			this.now = turn.timestamp();
		}
		else if (event instanceof ExecutionStarted start) {
			this.started = start;
		}
		else if (event instanceof ExecutionSuspended) {
			this.suspended = true;
		}
		else if (event instanceof ExecutionResumed) {
			// A resumption that failed at once because the code still did not fit.
			HistoryEvent next = this.past.isEmpty() ? this.arrived.peek() : this.past.peek();
			this.suspended = next instanceof ExecutionSuspended;
		}
		else if (event instanceof ExecutionTerminated termination) {
			this.terminated = termination;
			unwindNow();
		}
	}

	private void release(HistoryEvent event) {
		if (event instanceof ExecutionStarted start) {
			this.started = start;
		}
		else {
			resolve((Completion) event);
		}
	}

	private void resolve(Completion completion) {
		Operation<?> operation = this.open.remove(completion.taskId());
		// A held outcome may come too late: what it belongs to was cancelled meanwhile.
		if (operation != null) {
			operation.complete(completion);
		}
	}

	private void record(HistoryEvent event) {
		if (this.live) {
			this.step.add(event);
		}
	}

	private void diverge(String codeDoes) {
		HistoryEvent next = this.past.peek();
		String recorded = (next instanceof Action action) ? action.describe()
				: (next != null) ? next.getClass().getSimpleName() : "nothing more";
		this.mismatch = ("At position %d the history has %s, but %s. "
				+ "Was the orchestrator's code changed while this instance was running, or does it use time, "
				+ "random values, I/O or unordered collections directly? Deploy code that fits, then resume the instance.")
			.formatted(this.position, recorded, codeDoes);
		unwindNow();
	}

	private void unwindNow() {
		this.unwinding = true;
		throw new Unwound();
	}

}
