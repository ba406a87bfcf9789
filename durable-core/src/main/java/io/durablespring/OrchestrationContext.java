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
 * {@link IllegalStateException}, from the context, its tasks and its replay-safe loggers
 * alike. {@link #instanceId()} alone, which never changes, may be asked by any thread.
 */
@SuppressWarnings("overloads") // method references to one method fit one shape best
public interface OrchestrationContext {

	/**
	 * The id of this instance.
	 * @return the id that was given or made at start
	 */
	String instanceId();

	/**
	 * What else is known of this instance: name, version, parent, tags.
	 * @return the same on every replay
	 */
	OrchestrationInfo info();

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
	 * @return the replay-safe logger; what it is given to log on any other thread than
	 * the orchestrator's ends in an {@link IllegalStateException}
	 */
	default Logger replaySafe(Logger logger) {
		return ReplaySafeLogger.wrap(logger, this::isReplaying);
	}

	/**
	 * This context for calls with options: retries, and id, version and tags of
	 * sub-orchestrations.
	 * @param options the options of every call that is made through the returned context
	 * @return another view of this context
	 */
	OrchestrationContext withOptions(CallOptions options);

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
	 * Calls an orchestrator that has input and a result, as an instance of its own.
	 * @param <B> the bean's type
	 * @param <I> the input's type
	 * @param <O> the result's type
	 * @param orchestrator a reference to the orchestrator's method
	 * @param input the input, serialised at once
	 * @return the task; it fails with {@link TaskFailedException} if the
	 * sub-orchestration fails, is terminated, or cannot start because an unfinished
	 * instance has its id
	 * @throws IllegalArgumentException if the reference names no orchestrator, or the id
	 * in the options is illegal, or that of this instance or its parent
	 * @throws PayloadException if the input cannot be serialised or is too large
	 */
	<B, I extends @Nullable Object, O extends @Nullable Object> Task<O> callSubOrchestrator(
			OrchestratorMethod.Function<B, I, O> orchestrator, I input);

	/**
	 * Calls an orchestrator that has a result and no input.
	 * @param <B> the bean's type
	 * @param <O> the result's type
	 * @param orchestrator a reference to the orchestrator's method
	 * @return the task, as of
	 * {@link #callSubOrchestrator(OrchestratorMethod.Function, Object)}
	 */
	<B, O extends @Nullable Object> Task<O> callSubOrchestrator(OrchestratorMethod.Supplier<B, O> orchestrator);

	/**
	 * Calls an orchestrator that has input and no result.
	 * @param <B> the bean's type
	 * @param <I> the input's type
	 * @param orchestrator a reference to the orchestrator's method
	 * @param input the input, serialised at once
	 * @return the task, as of
	 * {@link #callSubOrchestrator(OrchestratorMethod.Function, Object)}
	 */
	<B, I extends @Nullable Object> Task<@Nullable Void> callSubOrchestrator(
			OrchestratorMethod.Consumer<B, I> orchestrator, I input);

	/**
	 * Calls an orchestrator that has neither input nor result.
	 * @param <B> the bean's type
	 * @param orchestrator a reference to the orchestrator's method
	 * @return the task, as of
	 * {@link #callSubOrchestrator(OrchestratorMethod.Function, Object)}
	 */
	<B> Task<@Nullable Void> callSubOrchestrator(OrchestratorMethod.Runnable<B> orchestrator);

	/**
	 * Calls an orchestrator by its name.
	 * @param <V> the result's type
	 * @param name the orchestrator's name
	 * @param input the input, serialised at once, or {@code null}
	 * @param resultType the result's type; {@code Void.class} ignores the result
	 * @return the task, as of
	 * {@link #callSubOrchestrator(OrchestratorMethod.Function, Object)}
	 */
	<V> Task<V> callSubOrchestrator(String name, @Nullable Object input, Class<V> resultType);

	/**
	 * Calls an orchestrator by its name, with a result of a generic type.
	 * @param <V> the result's type
	 * @param name the orchestrator's name
	 * @param input the input, serialised at once, or {@code null}
	 * @param resultType the result's type
	 * @return the task, as of
	 * {@link #callSubOrchestrator(OrchestratorMethod.Function, Object)}
	 */
	<V> Task<V> callSubOrchestrator(String name, @Nullable Object input, TypeRef<V> resultType);

	/**
	 * Starts an orchestration by the orchestrator's name, without waiting for it: it has
	 * no parent, and goes on when this one ends. Nothing happens if an unfinished
	 * instance has the id.
	 * @param name the orchestrator's name
	 * @param input the input, serialised at once, or {@code null}
	 * @param options how to start; without an id one is made, the same on every replay.
	 * The tags come on top of those of this instance; the reuse policy is left aside
	 * @return the instance id
	 * @throws IllegalArgumentException if the id is illegal, or that of this instance or
	 * its parent
	 * @throws PayloadException if the input cannot be serialised or is too large
	 */
	String startOrchestrator(String name, @Nullable Object input, StartOptions options);

	/**
	 * Sends an external event to another instance, without waiting. An event to an
	 * instance that is unknown or has finished is dropped.
	 * @param instanceId the instance
	 * @param eventName the event's name, without regard to case
	 * @param input what it carries, serialised at once, or {@code null}
	 * @throws IllegalArgumentException if the id is illegal or the name empty
	 * @throws PayloadException if the input cannot be serialised or is too large
	 */
	void sendEvent(String instanceId, String eventName, @Nullable Object input);

	/**
	 * Waits for an external event. Events that came before are kept, and taken in the
	 * order in which they came; several waits for one name are served in the order in
	 * which they began. A wait that is not awaited keeps nothing alive.
	 * @param <V> what the event carries
	 * @param eventName the event's name, without regard to case
	 * @param type what the event carries; {@code Void.class} ignores it
	 * @return the wait; it fails with {@link PayloadException}, and uses up the event, if
	 * that carries something else
	 * @throws IllegalArgumentException if the name is empty
	 */
	<V> CancelableTask<V> waitForExternalEvent(String eventName, Class<V> type);

	/**
	 * Waits for an external event, but not longer than given.
	 * @param <V> what the event carries
	 * @param eventName the event's name, without regard to case
	 * @param type what the event carries
	 * @param timeout how long from {@link #now()}; zero or less takes only what is there
	 * @return the wait; fails with {@link TaskTimeoutException} if no event comes in
	 * time, and then takes none; otherwise as
	 * {@link #waitForExternalEvent(String, Class)}
	 */
	<V> CancelableTask<V> waitForExternalEvent(String eventName, Class<V> type, Duration timeout);

	/**
	 * Waits for an external event that carries a generic type.
	 * @param <V> what the event carries
	 * @param eventName the event's name, without regard to case
	 * @param type what the event carries
	 * @param timeout how long from {@link #now()}, or {@code null} for ever
	 * @return the wait, as of {@link #waitForExternalEvent(String, Class, Duration)}
	 */
	<V> CancelableTask<V> waitForExternalEvent(String eventName, TypeRef<V> type, @Nullable Duration timeout);

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
	 * Ends this execution and starts the orchestrator again under the same instance id,
	 * with a new execution id and an empty history. Keeps external events that nobody has
	 * waited for. Does not return: leaves the orchestrator's code. Results of work that
	 * is still under way are dropped.
	 * @param <V> any type, so that {@code return ctx.continueAsNew(..)} fits every method
	 * @param input the next execution's input
	 * @return never
	 * @throws PayloadException if the input cannot be serialised or is too large
	 */
	default <V extends @Nullable Object> V continueAsNew(@Nullable Object input) {
		return continueAsNew(input, ContinueAsNewOptions.defaults());
	}

	/**
	 * Ends this execution and starts the orchestrator again, as
	 * {@link #continueAsNew(Object)}.
	 * @param <V> any type
	 * @param input the next execution's input
	 * @param options what becomes of events and version
	 * @return never
	 * @throws PayloadException if the input cannot be serialised or is too large
	 */
	<V extends @Nullable Object> V continueAsNew(@Nullable Object input, ContinueAsNewOptions options);

	/**
	 * Says how far this instance is. Clients see it once the current step is stored. It
	 * outlives {@link #continueAsNew}.
	 * @param status any value, at most 8,192 characters as JSON (16 KB in UTF-16);
	 * {@code null} clears it
	 * @throws PayloadException if it cannot be serialised or is too large
	 */
	void setCustomStatus(@Nullable Object status);

	/**
	 * Whether this execution runs the new branch of a change in the code:
	 * {@code if (ctx.isPatched("bill-first")) newWay(); else oldWay();}. Executions that
	 * were past this point before the change was deployed go on with the old branch, all
	 * others take the new one and record so. The answer for an id never changes within an
	 * execution.
	 * <p>
	 * {@link DurableClient#isPatchPending} tells when the old branch can be deleted.
	 * @param patchId names the change: 1 to 100 letters, digits, dots, underscores and
	 * hyphens
	 * @return whether to run the new branch
	 * @throws IllegalArgumentException if the id is not such a name
	 */
	boolean isPatched(String patchId);

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
