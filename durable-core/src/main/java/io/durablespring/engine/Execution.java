package io.durablespring.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import io.durablespring.ActionLimitExceededException;
import io.durablespring.CallOptions;
import io.durablespring.FailureDetails;
import io.durablespring.Payload;
import io.durablespring.StoreUnavailableException;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.Action;
import io.durablespring.history.HistoryEvent.Completion;
import io.durablespring.history.HistoryEvent.EventRaised;
import io.durablespring.history.HistoryEvent.ExecutionCompleted;
import io.durablespring.history.HistoryEvent.ExecutionFailed;
import io.durablespring.history.HistoryEvent.ExecutionRewound;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.history.HistoryEvent.ExecutionTerminated;
import io.durablespring.history.HistoryEvent.OrchestratorStarted;
import io.durablespring.history.HistoryEvent.TaskScheduled;
import io.durablespring.history.HistoryEvent.TimerCreated;
import io.durablespring.history.Message;
import io.durablespring.history.PayloadCodec;
import org.jspecify.annotations.Nullable;

/**
 * An execution of an orchestrator. As long as its history is short, a step repeats that
 * on the thread of whoever asks for the step, and leaves the code when it waits: for a
 * few events that costs less than to wake another thread. Later the code is parked
 * between steps on a thread of its own, so that a step costs its new events only. Both
 * ways give the same results.
 * <p>
 * Used by one thread at a time. A step whose result is not stored leaves the execution
 * ahead of its history: {@link #close()} it and make another.
 */
public final class Execution implements AutoCloseable {

	private final ExecutionKey key;

	private final OrchestratorBody body;

	private final OrchestrationEngine.Options options;

	private final Executor threads;

	private final PayloadCodec codec;

	private final TargetResolver targets;

	private final TaskLedger ledger = new TaskLedger();

	private final ShortHistory shortHistory;

	private final Abandonment abandonment = new Abandonment();

	private Replay replay;

	private ReplayContext context;

	private Conclusion conclusion;

	private boolean parks;

	/**
	 * Whether the code has left the replay at a wait, so that the next step needs
	 * another.
	 */
	private boolean left;

	private int historySize;

	private boolean running;

	private volatile boolean ended;

	private @Nullable HistoryEvent outcome;

	Execution(ExecutionKey key, OrchestratorBody body, List<HistoryEvent> history, PayloadCodec codec,
			TargetResolver targets, Executor threads, OrchestrationEngine.Options options) {
		this.key = key;
		this.body = body;
		this.options = options;
		this.codec = codec;
		this.targets = targets;
		this.threads = threads;
		this.shortHistory = new ShortHistory(options.unparkedHistory());
		this.shortHistory.add(history);
		this.historySize = history.size();
		history.forEach(this.ledger::fold);
		wind(history);
	}

	/** From the beginning to the end of what is recorded so far. */
	private void wind(List<HistoryEvent> history) {
		this.parks = !this.shortHistory.isShort();
		this.replay = new Replay(this.key, history, this.options, this.parks);
		this.context = new ReplayContext(this.replay, this.codec, this.targets, this.body.inputType(),
				CallOptions.defaults());
		this.conclusion = new Conclusion(this.key, this.replay, this.ledger, this.options.failNonDeterministic());
		this.left = false;
		if (this.parks) {
			this.shortHistory.letGo();
		}
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
	 * Whether the code waits on a thread of its own. If not, a step runs it on the thread
	 * of the caller.
	 * @return {@code false} while the history is short
	 */
	public boolean parks() {
		return this.parks;
	}

	/**
	 * The history with the events of the steps so far, from which the execution can be
	 * made again.
	 * @return the events, {@code null} if they are many or large
	 */
	public @Nullable List<HistoryEvent> shortHistory() {
		return this.shortHistory.events();
	}

	/**
	 * Whether the execution has taken in its start.
	 * @return {@code false} as long as that is on its way, or due later
	 */
	public boolean isStarted() {
		return this.ledger.isStarted();
	}

	/**
	 * The tasks of timers that have not fired.
	 * @return the tasks, those of a step that could not be stored included
	 */
	public List<Integer> openTimers() {
		return this.ledger.open().stream().filter(TimerCreated.class::isInstance).map(Action::taskId).toList();
	}

	/**
	 * The calls that the node which had the instance was to run itself, and whose outcome
	 * is not recorded.
	 * @return the calls, those of a step that could not be stored included
	 */
	public List<Message.ToActivity> openLocalCalls() {
		return this.ledger.open()
			.stream()
			.filter((action) -> action instanceof TaskScheduled call && Boolean.TRUE.equals(call.local()))
			.map((action) -> Message.ToActivity.of(this.key.instanceId(), this.key.executionId(),
					(TaskScheduled) action, this.ledger.tags()))
			.toList();
	}

	/**
	 * The thread that the code is on.
	 * @return the thread, {@code null} if the code is on none
	 */
	public @Nullable Thread thread() {
		return this.replay.owner();
	}

	/**
	 * Whether the code has begun to run: an instance may be suspended, resumed and
	 * terminated before.
	 * @return whether the start was taken in, in this step or one before
	 */
	public boolean hasBegun() {
		return this.replay.hasBegun();
	}

	/**
	 * Takes in events and runs the code until it waits or ends. Events that mean nothing
	 * any more, such as outcomes that came before, are left out.
	 * @param clock the current time, in whole microseconds
	 * @param events what has arrived, in order
	 * @return what changes; without events if nothing does
	 * @throws StoreUnavailableException if a value that the code needs cannot be read
	 * now; the execution is closed then
	 */
	public StepResult step(Instant clock, List<HistoryEvent> events) {
		return step(clock, events, new StepRecord(this.key));
	}

	/**
	 * The first step of an execution that was made from what a {@link Rewind} has kept:
	 * asks once more for everything that has no outcome, and lets the code go on.
	 * @param clock the current time, in whole microseconds
	 * @param rewound the request
	 * @param rewind what else there is to take in and to start
	 * @return what changes
	 * @throws StoreUnavailableException if a value that the code needs cannot be read
	 * now; the execution is closed then
	 */
	public StepResult reopen(Instant clock, ExecutionRewound rewound, Rewind rewind) {
		List<HistoryEvent> again = rewind.again();
		List<HistoryEvent> events = new ArrayList<>(again.size() + 1);
		events.add(rewound);
		// Of the parents that rewinds have brought, the last one waits.
		again.stream()
			.filter((event) -> !(event instanceof ExecutionRewound) || rewound.parent() == null)
			.forEach(events::add);
		Set<Integer> known = again.stream()
			.filter(Completion.class::isInstance)
			.map((event) -> ((Completion) event).taskId())
			.collect(Collectors.toSet());
		this.replay.startAgain(rewind.neverStarted());
		StepRecord step = new StepRecord(this.key);
		this.ledger.open()
			.stream()
			.filter((action) -> !known.contains(action.taskId()) && !rewind.neverStarted().contains(action.taskId()))
			.forEach((action) -> step.request(action, rewound, this.ledger.tags()));
		return step(clock, events, step);
	}

	/**
	 * Ends the execution without its code, which may not be at hand.
	 * @param clock the current time, in whole microseconds
	 * @param terminated the request
	 * @return what changes
	 */
	public StepResult terminate(Instant clock, ExecutionTerminated terminated) {
		close();
		StepRecord step = new StepRecord(this.key);
		step.add(new OrchestratorStarted(this.ledger.stepTime(clock, List.of())));
		step.add(terminated);
		return this.conclusion.terminated(step, terminated);
	}

	/**
	 * Fails the execution without its code, which must not run here. What has arrived is
	 * kept, should it be rewound.
	 * @param clock the current time, in whole microseconds
	 * @param events what has arrived, in order
	 * @param failure why it fails
	 * @return what changes
	 */
	public StepResult fail(Instant clock, List<HistoryEvent> events, FailureDetails failure) {
		close();
		StepRecord step = new StepRecord(this.key);
		List<HistoryEvent> accepted = events.stream().filter(this.ledger::accept).toList();
		Instant now = this.ledger.stepTime(clock, accepted);
		step.add(new OrchestratorStarted(now));
		return this.conclusion.failed(step, now, accepted, failure);
	}

	private StepResult step(Instant clock, List<HistoryEvent> events, StepRecord step) {
		if (this.ended) {
			throw new IllegalStateException("This execution has ended or is closed: " + this.key);
		}
		FailureDetails suspension = this.ledger.suspension();
		List<HistoryEvent> accepted = events.stream().filter(this.ledger::accept).toList();
		List<HistoryEvent> arrived = new ArrayList<>(accepted.size() + 1);
		arrived.add(new OrchestratorStarted(this.ledger.stepTime(clock, accepted)));
		addEventsBeforeStart(accepted, arrived);
		if (arrived.size() > 1) {
			if (this.left) {
				wind(this.shortHistory.all());
			}
			this.replay.beginStep(step, arrived);
			this.abandonment.allow(arrived, suspension != null);
			if (!runCode()) {
				return abandoned();
			}
			if (this.replay.departure() instanceof Departure.Unavailable unavailable) {
				throw unavailable.failure();
			}
		}
		StepResult result = this.conclusion.of(step, arrived, suspension != null, this.outcome);
		this.replay.endStep();
		return recorded(result);
	}

	private StepResult recorded(StepResult result) {
		this.historySize += result.events().size();
		this.shortHistory.add(result.events());
		return result;
	}

	/** What has come before the code begins is there when it does. */
	private static void addEventsBeforeStart(List<HistoryEvent> accepted, List<HistoryEvent> arrived) {
		boolean starts = accepted.stream().anyMatch(ExecutionStarted.class::isInstance);
		Predicate<HistoryEvent> first = (event) -> starts && event instanceof EventRaised;
		accepted.stream().filter(first).forEach(arrived::add);
		accepted.stream().filter(first.negate()).forEach(arrived::add);
	}

	/** Whether the code has come to a wait, or to its end, before it was abandoned. */
	private boolean runCode() {
		if (!this.parks) {
			boolean counts;
			try {
				runHere();
			}
			finally {
				counts = this.abandonment.end();
			}
			if (!counts) {
				// Whoever has abandoned it has gone on without this thread.
				throw new Unwound();
			}
			return true;
		}
		if (!this.running) {
			this.threads.execute(this::run);
			this.running = true;
		}
		this.replay.baton().runOrchestrator();
		return this.abandonment.end();
	}

	/**
	 * Ends a step whose code neither waits nor ends, from any other thread: the execution
	 * is suspended and closed, and its code's thread interrupted. The code may go on for
	 * ever, but nothing that it does counts, and nothing that it may touch is looked at
	 * again. Does nothing if no code runs.
	 * <p>
	 * If the execution {@linkplain #parks() parks}, the step returns. If not, the thread
	 * that has asked for it is lost in the code: what the step comes to is
	 * {@link #abandoned()} then, and that thread has nothing to say.
	 * @param reason why the execution is suspended
	 * @return whether the code was abandoned
	 */
	public boolean abandon(FailureDetails reason) {
		if (!this.abandonment.begin(reason)) {
			return false;
		}
		this.replay.unwind();
		this.abandonment.interrupt();
		if (this.parks) {
			this.replay.baton().giveBack();
		}
		return true;
	}

	/**
	 * Whether the thread that steps this execution was lost in its code.
	 * @return {@code true} if that thread has nothing to say any more
	 */
	public boolean isLeftBehind() {
		return !this.parks && this.abandonment.reason() != null;
	}

	/**
	 * What a step comes to whose code was abandoned.
	 * @return the suspension
	 */
	public StepResult abandoned() {
		close();
		return recorded(this.conclusion.suspended(new StepRecord(this.key), this.abandonment.arrived(),
				this.abandonment.wasSuspended(), "The code does not come to a wait",
				Objects.requireNonNull(this.abandonment.reason())));
	}

	// On the thread of whoever asks for the step.
	private void runHere() {
		Replay current = this.replay;
		current.enter();
		this.abandonment.enter();
		try {
			runBody();
		}
		finally {
			this.abandonment.leave();
			current.leave();
		}
		if (current.isWaiting()) {
			this.left = true;
		}
		else {
			this.ended = true;
		}
	}

	// On the orchestrator's own thread.
	private void run() {
		this.replay.enter();
		this.replay.baton().awaitTurn();
		this.abandonment.enter();
		try {
			runBody();
		}
		finally {
			this.abandonment.leave();
			this.ended = true;
			this.replay.baton().giveBack();
		}
	}

	private void runBody() {
		try {
			Payload result = this.body.run(this.context, this.replay.awaitStart().input());
			if (this.replay.isOverLimit()) {
				throw new ActionLimitExceededException(this.options.maxActions());
			}
			end("returned", new ExecutionCompleted(this.replay.now(), result));
		}
		catch (Unwound ex) {
			// Normal: what to do next was noted by whoever unwound the thread.
		}
		catch (StoreUnavailableException ex) {
			// One of code that only leaves is of no interest.
			if (!this.replay.isUnwinding()) {
				this.replay.depart(new Departure.Unavailable(ex));
			}
		}
		catch (Throwable ex) {
			// The details, not the exception: its own text may be what fails next.
			FailureDetails failure = FailureDetails.of(ex, this.options.failureStackTraces());
			end("threw " + failure, new ExecutionFailed(this.replay.now(), failure, FailedTasks.behind(ex)));
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
