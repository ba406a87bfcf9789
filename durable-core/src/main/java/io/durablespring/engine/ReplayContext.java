package io.durablespring.engine;

import java.io.Serializable;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.durablespring.ActivityMethod;
import io.durablespring.DurableTimer;
import io.durablespring.OrchestrationContext;
import io.durablespring.Task;
import io.durablespring.TypeRef;
import io.durablespring.history.PayloadCodec;
import org.jspecify.annotations.Nullable;

/**
 * The context of one execution. Translates calls into operations and leaves the rest to
 * {@link Replay}.
 */
final class ReplayContext implements OrchestrationContext {

	private final String instanceId;

	private final String executionId;

	private final String name;

	private final Replay replay;

	private final PayloadCodec codec;

	private final ActivityResolver activities;

	private int uuids;

	ReplayContext(ExecutionKey key, Replay replay, PayloadCodec codec, ActivityResolver activities) {
		this.instanceId = key.instanceId();
		this.executionId = key.executionId();
		this.name = key.name();
		this.replay = replay;
		this.codec = codec;
		this.activities = activities;
	}

	@Override
	public String instanceId() {
		return this.instanceId;
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public Instant now() {
		this.replay.checkAccess();
		return this.replay.now();
	}

	@Override
	public UUID newUuid() {
		this.replay.checkAccess();
		byte[] hash;
		try {
			hash = MessageDigest.getInstance("SHA-1")
				.digest((this.instanceId + "-" + this.executionId + "-" + this.uuids++)
					.getBytes(StandardCharsets.UTF_8));
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
		return call(activity, input, resultType);
	}

	@Override
	public <V> Task<V> callActivity(String activity, @Nullable Object input, TypeRef<V> resultType) {
		return call(activity, input, resultType.type());
	}

	private <V extends @Nullable Object> Task<V> call(Serializable reference, @Nullable Object input) {
		return call(this.activities.resolve(reference), input);
	}

	private <V> Task<V> call(String activity, @Nullable Object input, Type resultType) {
		return call(new ActivityTarget(activity, this.activities.queueOf(activity), null, resultType), input);
	}

	private <V extends @Nullable Object> Task<V> call(ActivityTarget target, @Nullable Object input) {
		this.replay.checkAccess();
		return this.replay
			.begin(new ActivityOperation<>(this.replay, target, target.write(input, this.codec), this.codec));
	}

	@Override
	public DurableTimer createTimer(Duration delay) {
		return createTimer(now().plus(delay));
	}

	@Override
	public DurableTimer createTimer(Instant fireAt) {
		this.replay.checkAccess();
		// What is stored has microseconds; a timer must not fire before its time.
		Instant rounded = fireAt.truncatedTo(ChronoUnit.MICROS);
		return this.replay.begin(new TimerOperation(this.replay,
				rounded.isBefore(fireAt) ? rounded.plus(1, ChronoUnit.MICROS) : rounded));
	}

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
