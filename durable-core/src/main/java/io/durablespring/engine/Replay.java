package io.durablespring.engine;

import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
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
import io.durablespring.history.HistoryEvent;
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
import io.durablespring.history.PayloadCodec;
import org.jspecify.annotations.Nullable;

/**
 * What happens to an execution's code while the {@link Tape} of its events is wound.
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

	private final Tape tape;

	/** What came in while suspended: recorded, and not taken in yet. */
	private final Deque<HistoryEvent> held = new ArrayDeque<>();

	private final Map<Integer, Operation<?>> open = new HashMap<>();

	private final ExternalEvents externalEvents = new ExternalEvents();

	private final Patches patches;

	/** The tasks to ask for once more as if they were new. */
	private final Set<Integer> neverStarted = new HashSet<>();

	private final ExecutionKey key;

	private final OrchestrationEngine.Options options;

	private final boolean parks;

	private StepRecord step;

	private int actions;

	private int callbacks;

	private int uuids;

	private int taskIds;

	private int doneTasks;

	private boolean overLimit;

	private boolean suspended;

	private boolean waiting;

	/** Also read by a thread that has been given up. */
	private volatile boolean unwinding;

	private Instant now = Instant.EPOCH;

	private volatile @Nullable Thread owner;

	private @Nullable ExecutionStarted started;

	private @Nullable Departure departure;

	private StepResult.@Nullable CustomStatus customStatus;

	/**
	 * Creates a replay.
	 * @param parks whether the code stays on its thread while it waits; otherwise it
	 * leaves that, and this replay
	 */
	Replay(ExecutionKey key, List<HistoryEvent> history, OrchestrationEngine.Options options, boolean parks) {
		this.parks = parks;
		this.key = key;
		this.tape = new Tape(history);
		this.patches = new Patches(history);
		this.options = options;
		this.step = new StepRecord(key);
	}

	ExecutionKey key() {
		return this.key;
	}

	// --- For the engine's thread

	void beginStep(StepRecord record, List<HistoryEvent> events) {
		this.step = record;
		this.tape.add(events);
	}

	/** Whoever waits for days must not keep what the last step has sent. */
	void endStep() {
		this.step = new StepRecord(this.key);
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

	/** Why the code has left without coming to its end, {@code null} if it has not. */
	@Nullable Departure departure() {
		return this.departure;
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
		all.addAll(this.tape.arrived());
		return all;
	}

	/** What arrived for this step and was not taken in. */
	Collection<HistoryEvent> notTakenIn() {
		return this.tape.arrived();
	}

	StepResult.@Nullable CustomStatus customStatus() {
		return this.customStatus;
	}

	/** From now on every use of the context unwinds the thread and records nothing. */
	void unwind() {
		this.unwinding = true;
	}

	// --- For the orchestrator's thread

	void enter() {
		this.owner = Thread.currentThread();
	}

	/** Other code may run on this thread now. */
	void leave() {
		this.owner = null;
	}

	/** Whether the code has left because it waits. */
	boolean isWaiting() {
		return this.waiting;
	}

	/** Whether the code has been let run beyond its waiting for the start. */
	boolean hasBegun() {
		return this.started != null;
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
		if (!this.tape.isLive()) {
			throw diverge("the code " + how);
		}
	}

	/**
	 * Whether the code did more than it may: then it has failed, whatever it returns.
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
		checkThread();
		if (!this.unwinding) {
			passRewind();
		}
		return !this.tape.isLive() || this.unwinding;
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
			throw depart(new Departure.Unavailable(ex));
		}
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
		if (!this.tape.isLive()) {
			throw diverge("the code continues as new");
		}
		throw depart(wanted);
	}

	/**
	 * Whether the code takes the new branch of a change; records it if it is the first.
	 */
	boolean isPatched(String patchId) {
		checkAccess();
		Boolean answer = this.patches.answer(patchId);
		if (answer != null) {
			return answer;
		}
		passRewind();
		if (this.tape.isLive() && this.patches.mark(patchId)) {
			act(new PatchMarked(this.now, patchId), (record) -> {
			});
		}
		return this.patches.decide(patchId);
	}

	int nextDoneOrder() {
		return ++this.doneTasks;
	}

	void checkAccess() {
		checkThread();
		if (this.unwinding) {
			throw new Unwound();
		}
	}

	private void checkThread() {
		if (!Thread.currentThread().equals(this.owner)) {
			throw new IllegalStateException(
					"An orchestration's context and tasks can only be used on the orchestrator's "
							+ "own thread, but were used on '" + Thread.currentThread().getName()
							+ "'. Do asynchronous work in activities.");
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
		if (this.tape.isLive()) {
			checkLimit(tooMuch);
			this.step.add(action);
			ifNew.accept(this.step);
			return action;
		}
		if (!(this.tape.recorded() instanceof Action recorded)
				|| !recorded.isRepeatedBy(action, this.options.verifyInputs())) {
			// The code may have caught this and gone on: then it is the same on replay.
			checkLimit(tooMuch);
			throw diverge("the code now does " + action.describe());
		}
		this.tape.next();
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
		while (!this.tape.isLive() && Rewind.comesNext(this.tape.rest())) {
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
		if (advance()) {
			return;
		}
		if (!this.parks) {
			this.waiting = true;
			this.unwinding = true;
			throw new Unwound();
		}
		this.baton.giveBackAndWait();
		checkAccess();
	}

	private void passMarkers() {
		this.actions += this.tape.passMarkers();
	}

	private boolean advance() {
		passMarkers();
		if (!this.suspended && !this.held.isEmpty()) {
			release(this.held.remove());
			return true;
		}
		HistoryEvent event = this.tape.next();
		if (event != null) {
			takeIn(event);
		}
		return event != null;
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
			throw depart(Mismatch.of(this.tape.position() - 1, event, "the code now waits for something else"));
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
			this.suspended = this.tape.ahead() instanceof ExecutionSuspended;
		}
		else if (event instanceof ExecutionTerminated termination) {
			throw depart(new Departure.Terminated(termination));
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
		if (this.tape.isLive()) {
			this.step.add(event);
		}
	}

	private Unwound diverge(String codeDoes) {
		throw depart(Mismatch.of(this.tape.position(), this.tape.recorded(), codeDoes));
	}

	/** Takes the code off its thread. */
	Unwound depart(Departure why) {
		this.departure = why;
		this.unwinding = true;
		return new Unwound();
	}

}
