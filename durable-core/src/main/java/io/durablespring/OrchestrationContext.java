package io.durablespring;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * What an orchestrator uses to do anything whose outcome must survive.
 * <p>
 * Every call is recorded, and given the same answer when the orchestrator is replayed.
 * Calls start work and return at once with a {@link Task}; only {@link Task#await()}
 * waits. Usable on the orchestrator's own thread only: any other thread gets an
 * {@link IllegalStateException}.
 */
@SuppressWarnings("overloads") // method references to one method fit one shape best
public interface OrchestrationContext {

	/**
	 * The id of this instance.
	 * @return the id that was given or made at start
	 */
	String instanceId();

	/**
	 * The name of the orchestrator that runs.
	 * @return the name it is registered under
	 */
	String name();

	/**
	 * The current time of the orchestration: constant until new events are taken in,
	 * never decreasing, and the same on every replay. Use it instead of any clock.
	 * @return the time, in whole microseconds
	 */
	Instant now();

	/**
	 * Makes a UUID (version 5) that is unique for each call and the same on every replay.
	 * @return the UUID
	 */
	UUID newUuid();

	/**
	 * Whether the code is being replayed, that is, is repeating what has happened before.
	 * @return {@code false} as soon as the code does something for the first time
	 */
	boolean isReplaying();

	/**
	 * Wraps a logger so that it is silent while replaying. A step that fails to commit is
	 * repeated, so a record may still appear more than once.
	 * @param logger the logger to write to
	 * @return the replay-safe logger, for use on the orchestrator's thread only
	 */
	default Logger replaySafe(Logger logger) {
		return ReplaySafeLogger.wrap(logger, this::isReplaying);
	}

	/**
	 * Calls an activity that has input and a result.
	 * @param <B> the bean's type
	 * @param <I> the input's type
	 * @param <O> the result's type
	 * @param activity a reference to the activity's method
	 * @param input the input, serialised at once
	 * @return the task; it fails with {@link TaskFailedException} if the activity does
	 * @throws IllegalArgumentException if the reference names no activity
	 * @throws PayloadException if the input cannot be serialised or is too large
	 */
	<B, I extends @Nullable Object, O extends @Nullable Object> Task<O> callActivity(
			ActivityMethod.Function<B, I, O> activity, I input);

	/**
	 * Calls an activity that has a result and no input.
	 * @param <B> the bean's type
	 * @param <O> the result's type
	 * @param activity a reference to the activity's method
	 * @return the task, as of {@link #callActivity(ActivityMethod.Function, Object)}
	 */
	<B, O extends @Nullable Object> Task<O> callActivity(ActivityMethod.Supplier<B, O> activity);

	/**
	 * Calls an activity that has input and no result.
	 * @param <B> the bean's type
	 * @param <I> the input's type
	 * @param activity a reference to the activity's method
	 * @param input the input, serialised at once
	 * @return the task, as of {@link #callActivity(ActivityMethod.Function, Object)}
	 */
	<B, I extends @Nullable Object> Task<@Nullable Void> callActivity(ActivityMethod.Consumer<B, I> activity, I input);

	/**
	 * Calls an activity that has neither input nor result.
	 * @param <B> the bean's type
	 * @param activity a reference to the activity's method
	 * @return the task, as of {@link #callActivity(ActivityMethod.Function, Object)}
	 */
	<B> Task<@Nullable Void> callActivity(ActivityMethod.Runnable<B> activity);

	/**
	 * Calls an activity by its name.
	 * @param <V> the result's type
	 * @param name the activity's name
	 * @param input the input, serialised at once, or {@code null}
	 * @param resultType the result's type; {@code Void.class} ignores the result
	 * @return the task, as of {@link #callActivity(ActivityMethod.Function, Object)}
	 */
	<V> Task<V> callActivity(String name, @Nullable Object input, Class<V> resultType);

	/**
	 * Calls an activity by its name, with a result of a generic type.
	 * @param <V> the result's type
	 * @param name the activity's name
	 * @param input the input, serialised at once, or {@code null}
	 * @param resultType the result's type
	 * @return the task, as of {@link #callActivity(ActivityMethod.Function, Object)}
	 */
	<V> Task<V> callActivity(String name, @Nullable Object input, TypeRef<V> resultType);

	/**
	 * Creates a durable timer.
	 * @param delay how long from {@link #now()}; zero or less fires at once
	 * @return the timer, done at or after that time
	 */
	DurableTimer createTimer(Duration delay);

	/**
	 * Creates a durable timer. There is no maximum distance.
	 * @param fireAt when it fires; a time in the past fires at once
	 * @return the timer, done at or after that time
	 */
	DurableTimer createTimer(Instant fireAt);

	/**
	 * Waits for every task, also after one has failed.
	 * @param <V> the tasks' type
	 * @param tasks the tasks; none completes at once
	 * @return the results in the tasks' order; fails with
	 * {@link CompositeTaskFailedException}, which has all failures in the tasks' order
	 */
	<V extends @Nullable Object> Task<List<V>> allOf(List<? extends Task<V>> tasks);

	/**
	 * Waits for the first task to be done, failed ones included. First means first in
	 * history, so that every replay gives the same answer; the other tasks go on.
	 * @param tasks the tasks
	 * @return the task that was done first; never fails itself
	 * @throws IllegalArgumentException if there are no tasks
	 */
	Task<Task<?>> anyOf(List<? extends Task<?>> tasks);

}
