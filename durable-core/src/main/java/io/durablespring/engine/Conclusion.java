package io.durablespring.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

import io.durablespring.FailureDetails;
import io.durablespring.InstanceStatus;
import io.durablespring.NonDeterministicOrchestratorException;
import io.durablespring.ParentInstance;
import io.durablespring.Payload;
import io.durablespring.history.ExecutionIds;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.Command;
import io.durablespring.history.HistoryEvent.Completion;
import io.durablespring.history.HistoryEvent.EventRaised;
import io.durablespring.history.HistoryEvent.ExecutionCompleted;
import io.durablespring.history.HistoryEvent.ExecutionFailed;
import io.durablespring.history.HistoryEvent.ExecutionResumed;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.history.HistoryEvent.ExecutionSuspended;
import io.durablespring.history.HistoryEvent.ExecutionTerminated;
import io.durablespring.history.HistoryEvent.OrchestratorStarted;
import org.jspecify.annotations.Nullable;

/**
 * What a step comes to: what the code has left, and how it has left, become the record of
 * the step. Used by the engine's thread, when the code does not run.
 */
final class Conclusion {

	private final ExecutionKey key;

	private final Replay replay;

	private final TaskLedger ledger;

	private final boolean failNonDeterministic;

	Conclusion(ExecutionKey key, Replay replay, TaskLedger ledger, boolean failNonDeterministic) {
		this.key = key;
		this.replay = replay;
		this.ledger = ledger;
		this.failNonDeterministic = failNonDeterministic;
	}

	/**
	 * The result of a step.
	 * @param step what the code has done in it
	 * @param arrived what has arrived for it, behind the step's own event
	 * @param wasSuspended whether the execution was suspended before
	 * @param outcome how the code has ended, {@code null} if it has not
	 */
	StepResult of(StepRecord step, List<HistoryEvent> arrived, boolean wasSuspended, @Nullable HistoryEvent outcome) {
		StepResult result = conclude(step, arrived, wasSuspended, outcome);
		return result.status().isFinished() ? result.withUnmet(unmet(left(arrived), result.status())) : result;
	}

	private StepResult conclude(StepRecord step, List<HistoryEvent> arrived, boolean wasSuspended,
			@Nullable HistoryEvent outcome) {
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
		if (outcome instanceof ExecutionCompleted completed) {
			return finished(step, completed, InstanceStatus.COMPLETED, completed.result(), null);
		}
		if (outcome instanceof ExecutionFailed failed) {
			this.replay.notTakenIn().stream().filter(Conclusion::isKeptForRewind).forEach(step::add);
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

	/** The execution fails without its code. */
	StepResult failed(StepRecord step, Instant now, List<HistoryEvent> accepted, FailureDetails failure) {
		accepted.stream().filter(Conclusion::isKeptForRewind).forEach(step::add);
		return failed(step, now, failure).withUnmet(unmet(accepted, InstanceStatus.FAILED));
	}

	/** Fails for a reason that is not the code's, which may have said anything. */
	private StepResult failed(StepRecord step, Instant now, FailureDetails failure) {
		abandonOpen(step, null);
		step.add(new ExecutionFailed(now, failure, List.of()));
		return step.result(InstanceStatus.FAILED, null, failure, null, this.ledger.newParent());
	}

	/** The execution is terminated. */
	StepResult terminated(StepRecord step, ExecutionTerminated terminated) {
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
		if (this.failNonDeterministic) {
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
	StepResult suspended(StepRecord step, List<HistoryEvent> arrived, boolean wasSuspended, String reason,
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
	 * What the code, which has ended, has left of what has come now: what it has not
	 * taken in, and events that it has not waited for but that bring a start.
	 */
	private Collection<HistoryEvent> left(List<HistoryEvent> arrived) {
		Set<HistoryEvent> left = Collections.newSetFromMap(new IdentityHashMap<>());
		left.addAll(this.replay.notTakenIn());
		this.replay.unprocessedEvents().stream().filter((event) -> event.start() != null).forEach(left::add);
		return arrived.stream().filter(left::contains).toList();
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

}
