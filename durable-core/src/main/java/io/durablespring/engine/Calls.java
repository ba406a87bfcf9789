package io.durablespring.engine;

import java.util.HashMap;
import java.util.Map;

import io.durablespring.CallOptions;
import io.durablespring.OrchestrationContext;
import io.durablespring.Payload;
import io.durablespring.RetryPolicy;
import io.durablespring.StartOptions;
import io.durablespring.history.Attempt;
import io.durablespring.history.HistoryEvent.EventRaised;
import io.durablespring.history.HistoryEvent.EventSent;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.history.HistoryEvent.OrchestrationStartRequested;
import io.durablespring.history.InstanceIds;
import io.durablespring.history.Message;
import io.durablespring.history.PayloadCodec;
import io.durablespring.history.StartLimits;
import org.jspecify.annotations.Nullable;

/**
 * What an orchestrator asks of others: calls of activities and orchestrators, starts and
 * events. Confined to the orchestrator's thread.
 */
final class Calls {

	private final Replay replay;

	private final PayloadCodec codec;

	Calls(Replay replay, PayloadCodec codec) {
		this.replay = replay;
		this.codec = codec;
	}

	<V extends @Nullable Object> ReplayTask<V> activity(OrchestrationContext context, ActivityTarget target,
			@Nullable Object value, CallOptions options) {
		Payload input = target.write(value, this.codec);
		RetryPolicy policy = (options.retryPolicy() != null) ? options.retryPolicy() : target.retryPolicy();
		Locality place = place(target.locality(), options);
		return retried(context, policy, options,
				(attempt) -> new ActivityOperation<>(this.replay, target, place, input, attempt, this.codec));
	}

	private static Locality place(Locality own, CallOptions options) {
		return new Locality(own.possible(), (options.local() != null) ? options.local() : own.wanted(),
				(options.checkpoint() != null) ? options.checkpoint() : own.checkpoint());
	}

	<V extends @Nullable Object> ReplayTask<V> subOrchestration(OrchestrationContext context,
			OrchestratorTarget declared, @Nullable Object value, CallOptions options) {
		OrchestratorTarget target = (options.version() == null) ? declared : new OrchestratorTarget(declared.name(),
				options.version(), declared.inputType(), declared.resultType());
		String instanceId = (options.instanceId() != null) ? checkOther(options.instanceId()) : null;
		Map<String, String> tags = tags(options.tags());
		StartLimits.checkName(target.name());
		StartLimits.check(target.version(), tags);
		Payload input = target.write(value, this.codec);
		return retried(context, options.retryPolicy(), options,
				(attempt) -> new SubOrchestrationOperation<>(this.replay, target, instanceId, input, tags, attempt,
						this.codec));
	}

	private <V extends @Nullable Object> ReplayTask<V> retried(OrchestrationContext context,
			@Nullable RetryPolicy policy, CallOptions options, Call<V> call) {
		boolean maybe = (policy != null && policy.maxAttempts() > 1) || options.retryHandler() != null;
		CallOperation<V> first = this.replay.begin(call.of(maybe ? (taskId) -> new Attempt(1, taskId, policy) : null));
		// What counts is what was recorded: a running call keeps its policy.
		Attempt recorded = first.attempt();
		if (recorded == null) {
			return first;
		}
		return new RetryTask<>(this.replay, context, first, recorded.policy(), options.retryHandler(),
				(number) -> this.replay.begin(call.of((taskId) -> new Attempt(number, first.taskId(), null))));
	}

	String start(OrchestratorTarget target, @Nullable Object value, StartOptions options) {
		Payload input = target.write(value, this.codec);
		String version = (options.version() != null) ? options.version() : target.version();
		Map<String, String> tags = tags(options.tags());
		StartLimits.checkName(target.name());
		StartLimits.check(version, tags);
		int taskId = this.replay.nextTaskId();
		String instanceId = (options.instanceId() != null) ? checkOther(options.instanceId())
				: this.replay.ownId(taskId);
		OrchestrationStartRequested action = new OrchestrationStartRequested(this.replay.now(), taskId, instanceId,
				target.name(), version, input);
		ExecutionStarted started = new ExecutionStarted(this.replay.now(), target.name(), version, input, tags, null);
		return ((OrchestrationStartRequested) this.replay.act(action,
				(step) -> step.start(new StepResult.Start(instanceId, started, options.startAt(), null))))
			.instanceId();
	}

	void sendEvent(String instanceId, String name, @Nullable Object value) {
		InstanceIds.check(instanceId);
		Payload input = this.codec.write(value);
		EventSent action = new EventSent(this.replay.now(), this.replay.nextTaskId(), instanceId, name, input);
		EventRaised event = new EventRaised(action.timestamp(), name, input);
		this.replay.act(action, (step) -> step
			.send(new Message.ToOrchestration(step.id(action.taskId(), "event"), instanceId, null, event)));
	}

	private Map<String, String> tags(Map<String, String> own) {
		Map<String, String> inherited = this.replay.awaitStart().tags();
		if (own.isEmpty()) {
			return inherited;
		}
		Map<String, String> tags = new HashMap<>(inherited);
		tags.putAll(own);
		return tags;
	}

	private String checkOther(String instanceId) {
		InstanceIds.check(instanceId);
		ExecutionStarted started = this.replay.awaitStart();
		if (instanceId.equals(this.replay.key().instanceId())
				|| (started.parent() != null && instanceId.equals(started.parent().instanceId()))) {
			throw new IllegalArgumentException("The instance id '" + instanceId
					+ "' is that of this orchestration or its parent: an orchestration cannot start itself");
		}
		return instanceId;
	}

	/** Makes the operation of one attempt. */
	@FunctionalInterface
	interface Call<V extends @Nullable Object> {

		CallOperation<V> of(@Nullable NextAttempt attempt);

	}

	/** Which attempt it is, once its task has a number. */
	@FunctionalInterface
	interface NextAttempt {

		Attempt of(int taskId);

	}

}
