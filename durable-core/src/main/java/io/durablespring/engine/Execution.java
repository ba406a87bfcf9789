package io.durablespring.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import io.durablespring.ActionLimitExceededException;
import io.durablespring.CallOptions;
import io.durablespring.FailureDetails;
import io.durablespring.InstanceStatus;
import io.durablespring.NonDeterministicOrchestratorException;
import io.durablespring.ParentInstance;
import io.durablespring.Payload;
import io.durablespring.StoreUnavailableException;
import io.durablespring.history.ExecutionIds;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.Action;
import io.durablespring.history.HistoryEvent.Command;
import io.durablespring.history.HistoryEvent.Completion;
import io.durablespring.history.HistoryEvent.EventRaised;
import io.durablespring.history.HistoryEvent.ExecutionCompleted;
import io.durablespring.history.HistoryEvent.ExecutionFailed;
import io.durablespring.history.HistoryEvent.ExecutionResumed;
import io.durablespring.history.HistoryEvent.ExecutionRewound;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.history.HistoryEvent.ExecutionSuspended;
import io.durablespring.history.HistoryEvent.ExecutionTerminated;
import io.durablespring.history.HistoryEvent.OrchestratorStarted;
import io.durablespring.history.HistoryEvent.TimerCreated;
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
		return terminated(step, terminated);
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
		accepted.stream().filter(Execution::isKeptForRewind).forEach(step::add);
		return failed(step, now, failure).withUnmet(unmet(accepted, InstanceStatus.FAILED));
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
				StepResult result = suspended(new StepRecord(this.key), arrived, suspension != null,
						"The code does not come to a wait", abandoned);
				this.historySize += result.events().size();
				return result;
			}
			if (this.replay.departure() instanceof Departure.Unavailable unavailable) {
				throw unavailable.failure();
			}
		}
		StepResult result = result(step, arrived, suspension != null);
		this.historySize += result.events().size();
		return result.status().isFinished() ? result.withUnmet(unmet(left(accepted), result.status())) : result;
	}

	/**
	 * What the code, which has ended, has left of what has come now: what it has not
	 * taken in, and events that it has not waited for but that bring a start.
	 */
	private Collection<HistoryEvent> left(List<HistoryEvent> accepted) {
		Set<HistoryEvent> left = Collections.newSetFromMap(new IdentityHashMap<>());
		left.addAll(this.replay.notTakenIn());
		this.replay.unprocessedEvents().stream().filter((event) -> event.start() != null).forEach(left::add);
		return accepted.stream().filter(left::contains).toList();
	}

	/** What has come before the code begins is there when it does. */
	private static void addEventsBeforeStart(List<HistoryEvent> accepted, List<HistoryEvent> arrived) {
		boolean starts = accepted.stream().anyMatch(ExecutionStarted.class::isInstance);
		Predicate<HistoryEvent> first = (event) -> starts && event instanceof EventRaised;
		accepted.stream().filter(first).forEach(arrived::add);
		accepted.stream().filter(first.negate()).forEach(arrived::add);
	}

	/** Of what has arrived, what nobody has met or will meet. */
	private static List<EventRaised> unmet(Collection<HistoryEvent> left, InstanceStatus status) {
		return left.stream()
			.filter((event) -> event instanceof EventRaised
					&& !(status == InstanceStatus.FAILED && isKeptForRewind(event)))
			.map(EventRaised.class::cast)
			.toList();
	}

	/** Whether an event is history of an execution that has failed before it was met. */
	private static boolean isKeptForRewind(HistoryEvent event) {
		return (event instanceof EventRaised raised) ? raised.start() == null
				: event instanceof Completion || event instanceof ExecutionStarted;
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

	private StepResult result(StepRecord step, List<HistoryEvent> arrived, boolean wasSuspended) {
		Departure departure = this.replay.departure();
		if (departure instanceof Mismatch mismatch) {
			return diverged(step, arrived, wasSuspended,
					FailureDetails.of(NonDeterministicOrchestratorException.class.getName(), mismatch.description()));
		}
		step.events().forEach(this.ledger::fold);
		if (departure instanceof Departure.Terminated terminated) {
			return terminated(step, terminated.request());
		}
		if (departure instanceof Restart restart) {
			return continued(step, restart);
		}
		if (this.outcome instanceof ExecutionCompleted completed) {
			return finished(step, completed, InstanceStatus.COMPLETED, completed.result(), null);
		}
		if (this.outcome instanceof ExecutionFailed failed) {
			this.replay.notTakenIn().stream().filter(Execution::isKeptForRewind).forEach(step::add);
			return finished(step, failed, InstanceStatus.FAILED, null, failed.failure());
		}
		FailureDetails suspension = this.ledger.suspension();
		InstanceStatus status = (suspension != null) ? InstanceStatus.SUSPENDED
				: this.ledger.isStarted() ? InstanceStatus.RUNNING : InstanceStatus.PENDING;
		return step.result(status, null, suspension, this.replay.customStatus(), this.ledger.newParent());
	}

	private StepResult finished(StepRecord step, HistoryEvent event, InstanceStatus status, @Nullable Payload output,
			@Nullable FailureDetails failure) {
		abandonOpen(step, null);
		step.add(event);
		return step.result(status, output, failure, this.replay.customStatus(), this.ledger.newParent());
	}

	/** Fails for a reason that is not the code's, which may have said anything. */
	private StepResult failed(StepRecord step, Instant now, FailureDetails failure) {
		abandonOpen(step, null);
		step.add(new ExecutionFailed(now, failure, List.of()));
		return step.result(InstanceStatus.FAILED, null, failure, null, this.ledger.newParent());
	}

	private StepResult terminated(StepRecord step, ExecutionTerminated terminated) {
		abandonOpen(step, terminated);
		FailureDetails failure = FailureDetails.of("ExecutionTerminated",
				(terminated.reason() != null) ? terminated.reason() : "Terminated");
		return step.result(InstanceStatus.TERMINATED, null, failure, this.replay.customStatus(),
				this.ledger.newParent());
	}

	private void abandonOpen(StepRecord step, @Nullable ExecutionTerminated terminated) {
		this.ledger.open().forEach((action) -> step.abandon(action, terminated));
	}

	/**
	 * The code continues as new. What has arrived and was not taken in must not be lost:
	 * an operator's requests go on with the next execution, events as it was asked for.
	 */
	private StepResult continued(StepRecord step, Restart restart) {
		List<HistoryEvent> carried = new ArrayList<>();
		if (restart.preserveEvents()) {
			this.replay.unprocessedEvents().forEach((event) -> carried.add(event.withoutStart()));
		}
		TaskLedger next = new TaskLedger();
		for (HistoryEvent event : this.replay.leftover()) {
			if (event instanceof ExecutionTerminated terminated) {
				step.add(terminated);
				return terminated(step, terminated);
			}
			boolean kept = (event instanceof EventRaised) ? restart.preserveEvents() : event instanceof Command;
			if (kept && next.accept(event)) {
				carried.add(StepRecord.stored(event));
			}
		}
		abandonOpen(step, null);
		ExecutionStarted was = this.replay.awaitStart();
		ParentInstance parent = (this.ledger.newParent() != null) ? this.ledger.newParent() : was.parent();
		ExecutionStarted started = new ExecutionStarted(this.replay.now(), was.name(),
				(restart.newVersion() != null) ? restart.newVersion() : was.version(), restart.input(), was.tags(),
				parent);
		FailureDetails suspension = next.suspension();
		return step.continued((suspension != null) ? InstanceStatus.SUSPENDED : InstanceStatus.RUNNING, suspension,
				this.replay.customStatus(), carried,
				new StepResult.Continuation(ExecutionIds.next(this.key.executionId()), started,
						this.ledger.leave(carried, started)),
				this.ledger.newParent());
	}

	/**
	 * The code does not fit the history.
	 */
	private StepResult diverged(StepRecord step, List<HistoryEvent> arrived, boolean wasSuspended,
			FailureDetails failure) {
		if (this.options.failNonDeterministic()) {
			arrived.stream()
				.filter((event) -> event instanceof OrchestratorStarted || isKeptForRewind(event))
				.forEach(step::add);
			return failed(step, arrived.get(0).timestamp(), failure);
		}
		return suspended(step, arrived, wasSuspended, "The code does not fit the history", failure);
	}

	/**
	 * The code has met none of the arrived events, so they are recorded behind a
	 * suspension, for code that can take them in.
	 */
	private StepResult suspended(StepRecord step, List<HistoryEvent> arrived, boolean wasSuspended, String reason,
			FailureDetails failure) {
		ExecutionSuspended suspended = new ExecutionSuspended(arrived.get(0).timestamp(), reason, failure);
		step.add(arrived.get(0));
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
		step.events().forEach(this.ledger::fold);
		return step.result(InstanceStatus.SUSPENDED, null, failure, null, this.ledger.newParent());
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
