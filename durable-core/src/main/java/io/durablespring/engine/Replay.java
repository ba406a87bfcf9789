package io.durablespring.engine;

import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.durablespring.ActionLimitExceededException;
import io.durablespring.Payload;
import io.durablespring.StoreUnavailableException;
import io.durablespring.history.HistoryEvent.Action;
import io.durablespring.history.HistoryEvent.Completion;
import io.durablespring.history.HistoryEvent.EventRaised;
import io.durablespring.history.HistoryEvent.ExecutionResumed;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.history.HistoryEvent.ExecutionSuspended;
import io.durablespring.history.HistoryEvent.ExecutionTerminated;
import io.durablespring.history.HistoryEvent.OrchestratorStarted;
import io.durablespring.history.HistoryEvent.PatchMarked;
import io.durablespring.history.HistoryEvent.TimerCanceled;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.PayloadCodec;
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

	private final ExternalEvents externalEvents = new ExternalEvents();

	/** The answers for changes of the code, which hold for the whole execution. */
	private final Map<String, Boolean> patches = new HashMap<>();

	/**
	 * The changes whose new branch was taken: code that asks no more has only that one.
	 */
	private final Set<String> markers = new HashSet<>();

	/** The tasks to ask for once more as if they were new. */
	private final Set<Integer> neverStarted = new HashSet<>();

	private final ExecutionKey key;

	private final OrchestrationEngine.Options options;

	private StepRecord step;

	private int position;

	private int actions;

	private int callbacks;

	private int uuids;

	private int taskIds;

	private int doneTasks;

	private boolean live;

	private boolean overLimit;

	private boolean suspended;

	private boolean unwinding;

	private Instant now = Instant.EPOCH;

	private @Nullable Thread owner;

	private @Nullable ExecutionStarted started;

	private @Nullable ExecutionTerminated terminated;

	private @Nullable String mismatch;

	private @Nullable Restart restart;

	private StepResult.@Nullable CustomStatus customStatus;

	private @Nullable StoreUnavailableException unavailable;

	Replay(ExecutionKey key, List<HistoryEvent> history, OrchestrationEngine.Options options) {
		this.key = key;
		this.past = new ArrayDeque<>(history);
		for (HistoryEvent event : history) {
			if (event instanceof PatchMarked marker) {
				this.markers.add(marker.patchId());
			}
		}
		this.options = options;
		this.step = new StepRecord(key);
	}

	ExecutionKey key() {
		return this.key;
	}

	// --- For the engine's thread

	void beginStep(StepRecord record, List<HistoryEvent> events) {
		this.step = record;
		this.arrived.addAll(events);
	}

	/** Only the code knows all that a start takes: it is done when the code comes by. */
	void startAgain(Set<Integer> tasks) {
		this.neverStarted.addAll(tasks);
	}

	@Nullable Thread owner() {
		return this.owner;
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

	/** What the code wants to go on with, {@code null} if it does not continue as new. */
	@Nullable Restart restart() {
		return this.restart;
	}

	/** External events that nobody has waited for. */
	List<EventRaised> unprocessedEvents() {
		return this.externalEvents.unprocessed();
	}

	/**
	 * What has come and was not taken in, because the code ended before: first what was
	 * held while suspended.
	 */
	List<HistoryEvent> leftover() {
		List<HistoryEvent> all = new ArrayList<>(this.held);
		all.addAll(this.arrived);
		return all;
	}

	/** How many of the events that arrived for this step were not taken in. */
	int notTakenIn() {
		return this.arrived.size();
	}

	StepResult.@Nullable CustomStatus customStatus() {
		return this.customStatus;
	}

	/** Why the step is to be done again later, {@code null} if it is not. */
	@Nullable StoreUnavailableException unavailable() {
		return this.unavailable;
	}

	/** From now on every use of the context unwinds the thread and records nothing. */
	void unwind() {
		this.unwinding = true;
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
		if (this.unwinding) {
			return;
		}
		passRewind();
		if (!this.live) {
			throw diverge("the code " + how);
		}
	}

	/**
	 * Whether the code did more than it may: then it has failed, whatever it makes of it.
	 */
	boolean isOverLimit() {
		return this.overLimit;
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

	int nextUuid() {
		return this.uuids++;
	}

	/** An instance id that no other action, execution or instance makes. */
	String ownId(int taskId) {
		return this.key.executionId() + ":" + taskId;
	}

	ExternalEvents externalEvents() {
		return this.externalEvents;
	}

	void setCustomStatus(@Nullable Payload status) {
		this.customStatus = new StepResult.CustomStatus(status);
	}

	/** Reads a value. If the store has it and is away, so is the code. */
	@Nullable Object read(PayloadCodec codec, Payload payload, Type type) {
		try {
			return codec.read(payload, type);
		}
		catch (StoreUnavailableException ex) {
			giveUp(ex);
			throw new Unwound();
		}
	}

	/**
	 * Ends the code, whose step is lost: what it does now would depend on the store.
	 */
	void giveUp(StoreUnavailableException failure) {
		this.unavailable = failure;
		this.unwinding = true;
	}

	/** Runs code of the application that must not wait. */
	<T> T callback(Supplier<T> code) {
		this.callbacks++;
		try {
			return code.get();
		}
		finally {
			this.callbacks--;
		}
	}

	/** Ends the code, to go on with other input. */
	Unwound continueAsNew(Restart wanted) {
		passRewind();
		if (!this.live) {
			throw diverge("the code continues as new");
		}
		this.restart = wanted;
		throw unwindNow();
	}

	/**
	 * Whether the code takes the new branch of a change; records it if it is the first.
	 */
	boolean isPatched(String patchId) {
		checkAccess();
		Boolean answer = this.patches.get(patchId);
		if (answer == null) {
			passRewind();
			answer = this.live || this.markers.contains(patchId);
			if (this.live && this.markers.add(patchId)) {
				act(new PatchMarked(this.now, patchId), (record) -> {
				});
			}
			this.patches.put(patchId, answer);
		}
		return answer;
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
		operation.begun(act(operation.action(), operation::begin));
		if (this.neverStarted.remove(operation.taskId())) {
			operation.begin(this.step);
		}
		this.open.put(operation.taskId(), operation);
		return operation;
	}

	void forget(Operation<?> operation) {
		this.open.remove(operation.taskId());
	}

	/**
	 * Records an action of the code, or finds that it repeats what is recorded.
	 * @return the action as it is recorded
	 */
	Action act(Action action, Consumer<StepRecord> ifNew) {
		checkAccess();
		passRewind();
		// Cancelling ends what was counted. Were it refused, an event could not end a
		// wait.
		boolean tooMuch = !(action instanceof TimerCanceled) && ++this.actions > this.options.maxActions();
		if (this.live) {
			checkLimit(tooMuch);
			this.step.add(action);
			ifNew.accept(this.step);
			return action;
		}
		if (!(this.past.peek() instanceof Action recorded)
				|| !recorded.isRepeatedBy(action, this.options.verifyInputs())) {
			// The code may have caught this and gone on: then it is the same on replay.
			checkLimit(tooMuch);
			throw diverge("the code now does " + action.describe());
		}
		this.past.poll();
		this.position++;
		return recorded;
	}

	private void checkLimit(boolean tooMuch) {
		if (tooMuch) {
			this.overLimit = true;
			throw new ActionLimitExceededException(this.options.maxActions());
		}
	}

	/**
	 * A failed execution that goes on has lost what its code did in answer to the
	 * failure. So the code may come here with nothing to repeat, and takes in the rewind
	 * itself: all of them, if it came no further the last time.
	 */
	private void passRewind() {
		passMarkers();
		while (!this.live && Rewind.comesNext(this.past.isEmpty() ? this.arrived : this.past)) {
			advance();
			advance();
			passMarkers();
		}
	}

	void awaitDone(ReplayTask<?> task) {
		checkAccess();
		if (this.callbacks > 0 && task.doneOrder() == 0) {
			throw new IllegalStateException(
					"A function given to thenApply and a retry handler must not wait: await the task in the orchestrator's own code");
		}
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

	private void passMarkers() {
		while (this.past.peek() instanceof PatchMarked) {
			this.past.remove();
			this.position++;
			this.actions++;
		}
	}

	private boolean advance() {
		passMarkers();
		if (!this.suspended && !this.held.isEmpty()) {
			release(this.held.remove());
			return true;
		}
		HistoryEvent event = this.past.poll();
		if (event != null) {
			this.position++;
			takeIn(event);
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
		if (event instanceof Completion completion && !this.open.containsKey(completion.taskId())) {
			// Came with what made the code cancel it.
			return;
		}
		if (this.suspended
				&& (event instanceof Completion || event instanceof ExecutionStarted || event instanceof EventRaised)) {
			record(event);
			this.held.add(event);
			return;
		}
		if (event instanceof Completion completion) {
			record(completion);
			resolve(completion);
			return;
		}
		if (event instanceof Action) {
			throw diverge(this.position - 1, event, "the code now waits for something else");
		}
		record(event);
		if (event instanceof OrchestratorStarted turn) {
			this.now = turn.timestamp();
		}
		else if (event instanceof ExecutionStarted start) {
			this.started = start;
		}
		else if (event instanceof EventRaised raised) {
			this.externalEvents.raise(raised);
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
			throw unwindNow();
		}
	}

	private void release(HistoryEvent event) {
		if (event instanceof ExecutionStarted start) {
			this.started = start;
		}
		else if (event instanceof EventRaised raised) {
			this.externalEvents.raise(raised);
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

	private Unwound diverge(String codeDoes) {
		return diverge(this.position, this.past.peek(), codeDoes);
	}

	private Unwound diverge(int place, @Nullable HistoryEvent recorded, String codeDoes) {
		this.mismatch = Mismatch.describe(place, recorded, codeDoes);
		throw unwindNow();
	}

	private Unwound unwindNow() {
		this.unwinding = true;
		throw new Unwound();
	}

}
