package io.durablespring.engine;

import java.util.Map;

import io.durablespring.FailureDetails;
import io.durablespring.InstanceAlreadyExistsException;
import io.durablespring.ParentInstance;
import io.durablespring.Payload;
import io.durablespring.history.Attempt;
import io.durablespring.history.HistoryEvent.Action;
import io.durablespring.history.HistoryEvent.Completion;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.history.HistoryEvent.SubOrchestrationInstanceCompleted;
import io.durablespring.history.HistoryEvent.SubOrchestrationInstanceCreated;
import io.durablespring.history.HistoryEvent.SubOrchestrationInstanceFailed;
import io.durablespring.history.PayloadCodec;
import org.jspecify.annotations.Nullable;

/**
 * A call of an orchestrator, which runs as an instance of its own.
 *
 * @param <V> the result's type
 */
final class SubOrchestrationOperation<V extends @Nullable Object> extends CallOperation<V> {

	private final ExecutionKey parent;

	private final Map<String, String> tags;

	private SubOrchestrationInstanceCreated created;

	/**
	 * Creates the operation.
	 * @param instanceId the child's id; {@code null} for one of its own
	 * @param tags the child's labels, its parent's included
	 */
	SubOrchestrationOperation(Replay replay, OrchestratorTarget target, @Nullable String instanceId,
			@Nullable Payload input, Map<String, String> tags, Calls.@Nullable NextAttempt attempt,
			PayloadCodec codec) {
		super(replay, target.name(), target.resultType(), codec);
		this.parent = replay.key();
		this.tags = tags;
		this.created = new SubOrchestrationInstanceCreated(replay.now(), taskId(),
				(instanceId != null) ? instanceId : replay.ownId(taskId()), target.name(), target.version(), input,
				(attempt != null) ? attempt.of(taskId()) : null);
	}

	@Override
	Action action() {
		return this.created;
	}

	@Override
	void begin(StepRecord step) {
		SubOrchestrationInstanceCreated child = this.created;
		ExecutionStarted started = new ExecutionStarted(child.timestamp(), child.name(), child.version(), child.input(),
				this.tags, new ParentInstance(this.parent.instanceId(), this.parent.executionId(), taskId()));
		step.start(new StepResult.Start(child.instanceId(), started, null,
				new SubOrchestrationInstanceFailed(child.timestamp(), taskId(),
						FailureDetails.of(new InstanceAlreadyExistsException(child.instanceId(), null), false))));
	}

	@Override
	void begun(Action recorded) {
		this.created = (SubOrchestrationInstanceCreated) recorded;
	}

	@Override
	@Nullable Attempt attempt() {
		return this.created.attempt();
	}

	@Override
	void complete(Completion outcome) {
		if (outcome instanceof SubOrchestrationInstanceFailed failed) {
			failed(failed.failure());
		}
		else {
			returned(((SubOrchestrationInstanceCompleted) outcome).result());
		}
	}

}
