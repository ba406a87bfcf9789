package io.durablespring.engine;

import java.io.Serializable;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import io.durablespring.ActivityMethod;
import io.durablespring.CallOptions;
import io.durablespring.CancelableTask;
import io.durablespring.ContinueAsNewOptions;
import io.durablespring.DurableTimer;
import io.durablespring.OrchestrationContext;
import io.durablespring.OrchestrationInfo;
import io.durablespring.OrchestratorMethod;
import io.durablespring.Payload;
import io.durablespring.PayloadException;
import io.durablespring.StartOptions;
import io.durablespring.Task;
import io.durablespring.TypeRef;
import io.durablespring.history.EventNames;
import io.durablespring.history.ExecutionIds;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.history.PatchIds;
import io.durablespring.history.PayloadCodec;
import io.durablespring.history.StartLimits;
import org.jspecify.annotations.Nullable;

/**
 * What an orchestrator sees of its execution: names the operations, leaves their life to
 * {@link Replay}.
 */
final class ReplayContext implements OrchestrationContext {

	/** 16 KB in UTF-16, as in the Durable Functions family. */
	private static final int MAX_CUSTOM_STATUS = 8_192;

	private final Replay replay;

	private final PayloadCodec codec;

	private final TargetResolver targets;

	private final @Nullable Type inputType;

	private final Calls calls;

	private final CallOptions options;

	ReplayContext(Replay replay, PayloadCodec codec, TargetResolver targets, @Nullable Type inputType,
			CallOptions options) {
		this.replay = replay;
		this.codec = codec;
		this.targets = targets;
		this.inputType = inputType;
		this.calls = new Calls(replay, codec);
		this.options = options;
	}

	@Override
	public String instanceId() {
		return this.replay.key().instanceId();
	}

	@Override
	public OrchestrationInfo info() {
		this.replay.checkAccess();
		ExecutionStarted started = this.replay.awaitStart();
		return new OrchestrationInfo(instanceId(), this.replay.key().name(), started.version(), started.parent(),
				started.tags());
	}

	@Override
	public Instant now() {
		this.replay.checkAccess();
		return this.replay.now();
	}

	@Override
	public UUID newUuid() {
		this.replay.checkAccess();
		String name = instanceId() + "-" + ExecutionIds.generation(this.replay.key().executionId()) + "-"
				+ this.replay.nextUuid();
		byte[] hash;
		try {
			hash = MessageDigest.getInstance("SHA-1").digest(name.getBytes(StandardCharsets.UTF_8));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-1", ex);
		}
		// Version 5 and the IETF variant, see RFC 9562, section 5.5.
		hash[6] = (byte) ((hash[6] & 0x0f) | 0x50);
		hash[8] = (byte) ((hash[8] & 0x3f) | 0x80);
		ByteBuffer bytes = ByteBuffer.wrap(hash);
		return new UUID(bytes.getLong(), bytes.getLong());
	}

	@Override
	public boolean isReplaying() {
		return this.replay.isReplaying();
	}

	@Override
	public OrchestrationContext withOptions(CallOptions callOptions) {
		this.replay.checkAccess();
		Objects.requireNonNull(callOptions, "options must not be null");
		return new ReplayContext(this.replay, this.codec, this.targets, this.inputType, callOptions);
	}

	// --- Activities

	@Override
	public <B, I extends @Nullable Object, O extends @Nullable Object> Task<O> callActivity(
			ActivityMethod.Function<B, I, O> activity, I input) {
		return call(activity, input);
	}

	@Override
	public <B, O extends @Nullable Object> Task<O> callActivity(ActivityMethod.Supplier<B, O> activity) {
		return call(activity, null);
	}

	@Override
	public <B, I extends @Nullable Object> Task<@Nullable Void> callActivity(ActivityMethod.Consumer<B, I> activity,
			I input) {
		return call(activity, input);
	}

	@Override
	public <B> Task<@Nullable Void> callActivity(ActivityMethod.Runnable<B> activity) {
		return call(activity, null);
	}

	@Override
	public <V> Task<V> callActivity(String activity, @Nullable Object input, Class<V> resultType) {
		return call(this.targets.activity(activity, resultType), input);
	}

	@Override
	public <V> Task<V> callActivity(String activity, @Nullable Object input, TypeRef<V> resultType) {
		return call(this.targets.activity(activity, typeOf(resultType)), input);
	}

	private <V extends @Nullable Object> Task<V> call(Serializable reference, @Nullable Object input) {
		return call(this.targets.activity(reference), input);
	}

	private <V extends @Nullable Object> Task<V> call(ActivityTarget target, @Nullable Object input) {
		this.replay.checkAccess();
		return this.calls.activity(this, target, input, this.options);
	}

	// --- Orchestrations

	@Override
	public <B, I extends @Nullable Object, O extends @Nullable Object> Task<O> callSubOrchestrator(
			OrchestratorMethod.Function<B, I, O> orchestrator, I input) {
		return callSub(orchestrator, input);
	}

	@Override
	public <B, O extends @Nullable Object> Task<O> callSubOrchestrator(OrchestratorMethod.Supplier<B, O> orchestrator) {
		return callSub(orchestrator, null);
	}

	@Override
	public <B, I extends @Nullable Object> Task<@Nullable Void> callSubOrchestrator(
			OrchestratorMethod.Consumer<B, I> orchestrator, I input) {
		return callSub(orchestrator, input);
	}

	@Override
	public <B> Task<@Nullable Void> callSubOrchestrator(OrchestratorMethod.Runnable<B> orchestrator) {
		return callSub(orchestrator, null);
	}

	@Override
	public <V> Task<V> callSubOrchestrator(String orchestrator, @Nullable Object input, Class<V> resultType) {
		return callSub(this.targets.orchestrator(orchestrator, resultType), input);
	}

	@Override
	public <V> Task<V> callSubOrchestrator(String orchestrator, @Nullable Object input, TypeRef<V> resultType) {
		return callSub(this.targets.orchestrator(orchestrator, typeOf(resultType)), input);
	}

	private <V extends @Nullable Object> Task<V> callSub(Serializable reference, @Nullable Object input) {
		return callSub(this.targets.orchestrator(reference), input);
	}

	private <V extends @Nullable Object> Task<V> callSub(OrchestratorTarget target, @Nullable Object input) {
		this.replay.checkAccess();
		return this.calls.subOrchestration(this, target, input, this.options);
	}

	@Override
	public String startOrchestrator(String orchestrator, @Nullable Object input, StartOptions startOptions) {
		this.replay.checkAccess();
		Objects.requireNonNull(startOptions, "options must not be null");
		return this.calls.start(this.targets.orchestrator(orchestrator, Void.class), input, startOptions);
	}

	@Override
	public <V extends @Nullable Object> V continueAsNew(@Nullable Object input, ContinueAsNewOptions howTo) {
		this.replay.checkAccess();
		Objects.requireNonNull(howTo, "options must not be null");
		StartLimits.check(howTo.newVersion(), Map.of());
		Payload next = (this.inputType != null) ? this.codec.write(input, this.inputType) : this.codec.write(input);
		throw this.replay.continueAsNew(new Restart(next, howTo.preserveUnprocessedEvents(), howTo.newVersion()));
	}

	// --- Events, timers, status

	@Override
	public void sendEvent(String toInstanceId, String eventName, @Nullable Object input) {
		this.replay.checkAccess();
		this.calls.sendEvent(toInstanceId, EventNames.check(eventName), input);
	}

	@Override
	public <V> CancelableTask<V> waitForExternalEvent(String eventName, Class<V> type) {
		return waitFor(eventName, type);
	}

	@Override
	public <V> CancelableTask<V> waitForExternalEvent(String eventName, Class<V> type, Duration timeout) {
		Objects.requireNonNull(timeout, "timeout must not be null");
		return this.<V>waitFor(eventName, type).within(timeout);
	}

	@Override
	public <V> CancelableTask<V> waitForExternalEvent(String eventName, TypeRef<V> type, @Nullable Duration timeout) {
		EventWait<V> wait = waitFor(eventName, typeOf(type));
		return (timeout != null) ? wait.within(timeout) : wait;
	}

	private static Type typeOf(TypeRef<?> reference) {
		return Objects.requireNonNull(reference, "type must not be null").type();
	}

	private <V> EventWait<V> waitFor(String eventName, Type type) {
		this.replay.checkAccess();
		Objects.requireNonNull(type, "type must not be null");
		return new EventWait<>(this.replay, EventNames.check(eventName), type, this.codec);
	}

	@Override
	public DurableTimer createTimer(Duration delay) {
		return createTimer(TimerOperation.end(now(), delay));
	}

	@Override
	public DurableTimer createTimer(Instant fireAt) {
		this.replay.checkAccess();
		return this.replay.begin(new TimerOperation(this.replay, fireAt, null));
	}

	@Override
	public void setCustomStatus(@Nullable Object status) {
		this.replay.checkAccess();
		Payload payload = withoutReference(this.codec.write(status));
		if (payload != null && payload.json().length() > MAX_CUSTOM_STATUS) {
			throw new PayloadException("A custom status has at most %,d characters as JSON, 16 KB in UTF-16, not %,d"
				.formatted(MAX_CUSTOM_STATUS, payload.json().length()));
		}
		this.replay.setCustomStatus(payload);
	}

	/**
	 * A custom status has a column of its own, which lists show, too: a reference there
	 * would outlive its value, and have to be read for each line.
	 */
	private static @Nullable Payload withoutReference(@Nullable Payload payload) {
		if (payload == null || payload.referenceId() == null) {
			return payload;
		}
		Payload value = (payload.content() != null) ? Payload.of(payload.content()) : payload;
		if (value.referenceId() != null) {
			throw new PayloadException(
					"A custom status must not look like a reference to a large value, as " + value.json() + " does");
		}
		return value;
	}

	@Override
	public boolean isPatched(String patchId) {
		return this.replay.isPatched(PatchIds.check(patchId));
	}

	// --- Several tasks

	@Override
	public <V extends @Nullable Object> Task<List<V>> allOf(List<? extends Task<V>> tasks) {
		this.replay.checkAccess();
		List<ReplayTask<V>> own = new ArrayList<>(tasks.size());
		for (Task<V> task : tasks) {
			own.add(own(task));
		}
		return new AllOfTask<>(this.replay, own);
	}

	@Override
	public Task<Task<?>> anyOf(List<? extends Task<?>> tasks) {
		this.replay.checkAccess();
		if (tasks.isEmpty()) {
			throw new IllegalArgumentException("anyOf needs at least one task: the first of none is never done");
		}
		return new AnyOfTask(this.replay, tasks.stream().map((task) -> own(task)).toList());
	}

	private <V extends @Nullable Object> ReplayTask<V> own(Task<V> task) {
		if (task instanceof ReplayTask<V> own && own.replay() == this.replay) {
			return own;
		}
		throw new IllegalArgumentException("Not a task of this orchestration: " + task);
	}

}
