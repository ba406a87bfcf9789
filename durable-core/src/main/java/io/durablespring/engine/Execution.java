package io.durablespring.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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

	private final ShortHistory shortHistory = new ShortHistory();

	private int historySize;

	private final Conclusion conclusion;

	private final Abandonment abandonment = new Abandonment();

	private boolean running;

	private volatile boolean ended;

	private @Nullable HistoryEvent outcome;

	Execution(ExecutionKey key, OrchestratorBody body, List<HistoryEvent> history, PayloadCodec codec,
			TargetResolver targets, Executor threads, OrchestrationEngine.Options options) {
		this.key = key;
		this.body = body;
		this.options = options;
		this.threads = threads;
		this.replay = new Replay(key, history, options);
		this.context = new ReplayContext(this.replay, codec, targets, body.inputType(), CallOptions.defaults());
		this.conclusion = new Conclusion(key, this.replay, this.ledger, options.failNonDeterministic());
		this.historySize = history.size();
		this.shortHistory.add(history);
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
	 * @return the thread, {@code null} before the first step
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
			this.replay.beginStep(step, arrived);
			FailureDetails abandoned = runCode();
			if (abandoned != null) {
				close();
				return recorded(this.conclusion.suspended(new StepRecord(this.key), arrived, suspension != null,
						"The code does not come to a wait", abandoned));
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

	/** Says why the code was abandoned before it came to a wait, or to its end. */
	private @Nullable FailureDetails runCode() {
		synchronized (this.abandonment) {
			this.abandonment.possible = true;
		}
		if (!this.running) {
			this.threads.execute(this::run);
			this.running = true;
		}
		this.replay.baton().runOrchestrator();
		synchronized (this.abandonment) {
			this.abandonment.possible = false;
			return this.abandonment.reason;
		}
	}

	/**
	 * Ends a step whose code neither waits nor ends, from any other thread: the execution
	 * is suspended and closed. The code may go on for ever, but nothing that it does
	 * counts, and nothing that it may touch is looked at again. Does nothing if no code
	 * runs.
	 * @param reason why the execution is suspended
	 */
	public void abandon(FailureDetails reason) {
		synchronized (this.abandonment) {
			if (this.abandonment.possible && this.abandonment.reason == null) {
				this.abandonment.reason = reason;
				this.replay.unwind();
				this.replay.baton().giveBack();
			}
		}
	}

	// On the orchestrator's own thread.
	private void run() {
		this.replay.enter();
		this.replay.baton().awaitTurn();
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
			this.replay.depart(new Departure.Unavailable(ex));
		}
		catch (Throwable ex) {
			// The details, not the exception: its own text may be what fails next.
			FailureDetails failure = FailureDetails.of(ex, this.options.failureStackTraces());
			end("threw " + failure, new ExecutionFailed(this.replay.now(), failure, FailedTasks.behind(ex)));
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

	/** Guarded by itself. */
	private static final class Abandonment {

		private boolean possible;

		private @Nullable FailureDetails reason;

	}

}
