package io.durablespring.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

import io.durablespring.FailureDetails;
import io.durablespring.InstanceStatus;
import io.durablespring.NonDeterministicOrchestratorException;
import io.durablespring.ParentInstance;
import io.durablespring.Payload;
import io.durablespring.history.ExecutionIds;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.history.HistoryEvent.TimerFired;
import io.durablespring.programs.HistoryRules;
import io.durablespring.programs.Place;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An instance of an {@link EngineWorld}. Every step runs on executions that were fed all
 * along and on one that is rebuilt from the history, and all must give the same result.
 */
final class Actor {

	private final BiFunction<Actor, Long, Execution> executions;

	private final Map<String, String> tags;

	private final List<HistoryEvent> history = new ArrayList<>();

	final Place place;

	ExecutionKey key;

	@Nullable ParentInstance parent;

	InstanceStatus status = InstanceStatus.PENDING;

	/** Timers that are set. */
	private final Set<Integer> timers = new HashSet<>();

	private @Nullable Payload output;

	private @Nullable FailureDetails failure;

	private @Nullable Payload customStatus;

	private final FedExecutions fed;

	Actor(ExecutionKey key, ExecutionStarted started, Place place, BiFunction<Actor, Long, Execution> executions) {
		this.key = key;
		this.place = place;
		this.parent = started.parent();
		this.tags = started.tags();
		this.executions = executions;
		this.fed = new FedExecutions((unparkedHistory) -> executions.apply(this, unparkedHistory));
	}

	String id() {
		return this.key.instanceId();
	}

	List<HistoryEvent> history() {
		return this.history;
	}

	@Nullable Payload output() {
		return this.output;
	}

	@Nullable FailureDetails failure() {
		return this.failure;
	}

	StepResult step(Instant now, List<HistoryEvent> events) {
		// What has come needs no removal, whether it was taken in or not.
		events.forEach((event) -> {
			if (event instanceof TimerFired fired) {
				this.timers.remove(fired.taskId());
			}
		});
		return step((execution) -> execution.step(now, events));
	}

	private StepResult step(Function<Execution, StepResult> step) {
		StepResult result;
		try (Execution rebuilt = this.executions.apply(this, 0L)) {
			StepResult replayed = step.apply(rebuilt);
			result = this.fed.step(step);
			// One that changes nothing is not stored, so nothing else of it matters.
			if (!result.isUnchanged() || !replayed.isUnchanged()) {
				assertThat(result).as("%s gives the same when it is rebuilt from %s", this.key, this.history)
					.isEqualTo(replayed);
			}
		}
		if (!result.isUnchanged()) {
			take(result);
		}
		this.fed.assertHistorySize(this.history.size());
		return result;
	}

	StepResult rewind(BiFunction<Execution, Rewind, StepResult> reopen) {
		Rewind rewind = Rewind.of(this.history);
		this.history.clear();
		this.history.addAll(rewind.kept());
		this.key = new ExecutionKey(id(), ExecutionIds.rewound(this.key.executionId()), this.key.name());
		return step((execution) -> reopen.apply(execution, rewind));
	}

	private void take(StepResult result) {
		result.timers().forEach((timer) -> this.timers.add(timer.taskId()));
		result.removedTimers().forEach(this.timers::remove);
		if (result.status().isFinished() || result.continuation() != null) {
			assertThat(this.timers).as("timers of %s that would fire for nobody", this.key).isEmpty();
		}
		this.status = result.status();
		this.output = result.output();
		this.failure = result.failure();
		assertThat(this.failure == null || !this.failure.isCausedBy(NonDeterministicOrchestratorException.class))
			.as("%s on %s", this.failure, this.history)
			.isTrue();
		if (result.customStatus() != null) {
			this.customStatus = result.customStatus().value();
		}
		if (result.newParent() != null) {
			this.parent = result.newParent();
		}
		if (result.continuation() != null) {
			this.history.clear();
			this.key = new ExecutionKey(id(), result.continuation().executionId(), this.key.name());
		}
		this.history.addAll(result.events());
		HistoryRules.check(this.history);
	}

	/** Drops the executions. */
	void evict() {
		this.fed.drop();
	}

	/** What must be the same in every run. */
	String outcome() {
		return this.status + " " + ((this.output != null) ? this.output.json() : "") + " "
				+ ((this.customStatus != null) ? this.customStatus.json() : "") + " "
				+ this.tags.entrySet().stream().sorted(Map.Entry.comparingByKey()).toList();
	}

}
