package io.durablespring;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Starts, watches and steers orchestration instances. Thread-safe.
 * <p>
 * Calls that change something join the caller's transaction: they take effect when it
 * commits and not at all when it rolls back. Without a transaction they are durable on
 * return. Only {@code purge} has transactions of its own. Do not call it from an
 * orchestrator, which must be deterministic.
 * <p>
 * No argument may be {@code null} unless it says so. An id that no instance can have is
 * not an error where an instance is asked for: there is none.
 */
public interface DurableClient {

	/**
	 * Starts an orchestrator that has input.
	 * @param <B> the bean's type
	 * @param <I> the input's type
	 * @param orchestrator a reference to the orchestrator's method
	 * @param input the input
	 * @param options how to start
	 * @return the instance id
	 * @throws InstanceAlreadyExistsException if the id is taken and the options' policy
	 * does not let the other instance be replaced
	 * @throws UnknownNameException if no such orchestrator is registered
	 * @throws PayloadException if the input cannot be serialised or is too large
	 * @throws IllegalArgumentException if the instance id is illegal, the name is empty
	 * or has more than 256 characters, the tags have more than 16,000, the version is
	 * empty or has more than 100, or the reference names no orchestrator; also for a NUL
	 * or half of a surrogate pair in any of these, which no database keeps
	 */
	<B, I extends @Nullable Object> String start(OrchestratorMethod.Consumer<B, I> orchestrator, I input,
			StartOptions options);

	/**
	 * Starts an orchestrator that has no input; otherwise as
	 * {@link #start(OrchestratorMethod.Consumer, Object, StartOptions)}.
	 * @param <B> the bean's type
	 * @param orchestrator a reference to the orchestrator's method
	 * @param options how to start
	 * @return the instance id
	 */
	<B> String start(OrchestratorMethod.Runnable<B> orchestrator, StartOptions options);

	/**
	 * Starts an orchestrator by its name; otherwise as
	 * {@link #start(OrchestratorMethod.Consumer, Object, StartOptions)}.
	 * @param orchestrator the orchestrator's name
	 * @param input the input, or {@code null} for none
	 * @param options how to start
	 * @return the instance id
	 */
	String start(String orchestrator, @Nullable Object input, StartOptions options);

	/**
	 * Starts an orchestrator with a random id, at once.
	 * @param <B> the bean's type
	 * @param <I> the input's type
	 * @param orchestrator a reference to the orchestrator's method
	 * @param input the input
	 * @return the instance id
	 */
	default <B, I extends @Nullable Object> String start(OrchestratorMethod.Consumer<B, I> orchestrator, I input) {
		return start(orchestrator, input, StartOptions.defaults());
	}

	/**
	 * Starts an orchestrator that has no input with a random id, at once.
	 * @param <B> the bean's type
	 * @param orchestrator a reference to the orchestrator's method
	 * @return the instance id
	 */
	default <B> String start(OrchestratorMethod.Runnable<B> orchestrator) {
		return start(orchestrator, StartOptions.defaults());
	}

	/**
	 * Starts an orchestrator by its name with a random id, at once.
	 * @param orchestrator the orchestrator's name
	 * @param input the input, or {@code null} for none
	 * @return the instance id
	 */
	default String start(String orchestrator, @Nullable Object input) {
		return start(orchestrator, input, StartOptions.defaults());
	}

	/**
	 * Starts an orchestrator for each of many inputs, all in one transaction: much faster
	 * than one by one. An instance whose id is taken, in a way that its options do not
	 * allow, is left out and does not affect the others.
	 * @param <B> the bean's type
	 * @param <I> the inputs' type
	 * @param orchestrator a reference to the orchestrator's method
	 * @param inputs the inputs, kept in memory until the transaction ends: some thousands
	 * at a time
	 * @param options how to start the instance with an input
	 * @return the ids of the instances that were started, in the order of their inputs
	 * @throws UnknownNameException if no such orchestrator is registered
	 * @throws PayloadException if an input cannot be serialised or is too large; then
	 * none is started
	 * @throws IllegalArgumentException if anything is illegal, see
	 * {@link #start(OrchestratorMethod.Consumer, Object, StartOptions)}; then none is
	 * started
	 */
	<B, I extends @Nullable Object> List<String> startAll(OrchestratorMethod.Consumer<B, I> orchestrator,
			Collection<? extends I> inputs, Function<? super I, StartOptions> options);

	/**
	 * Starts an orchestrator by its name for each of many inputs; otherwise as
	 * {@link #startAll(OrchestratorMethod.Consumer, Collection, Function)}.
	 * @param <I> the inputs' type
	 * @param orchestrator the orchestrator's name
	 * @param inputs the inputs
	 * @param options how to start the instance with an input
	 * @return the ids of the instances that were started, in the order of their inputs
	 */
	<I extends @Nullable Object> List<String> startAll(String orchestrator, Collection<? extends I> inputs,
			Function<? super I, StartOptions> options);

	/**
	 * Starts an orchestrator for each of many inputs with random ids, at once.
	 * @param <B> the bean's type
	 * @param <I> the inputs' type
	 * @param orchestrator a reference to the orchestrator's method
	 * @param inputs the inputs
	 * @return the instance ids, in the order of the inputs
	 */
	default <B, I extends @Nullable Object> List<String> startAll(OrchestratorMethod.Consumer<B, I> orchestrator,
			Collection<? extends I> inputs) {
		return startAll(orchestrator, inputs, (input) -> StartOptions.defaults());
	}

	/**
	 * Starts an orchestrator for each of many inputs, by the ids of their instances;
	 * otherwise as {@link #startAll(OrchestratorMethod.Consumer, Collection, Function)}.
	 * @param <B> the bean's type
	 * @param <I> the inputs' type
	 * @param orchestrator a reference to the orchestrator's method
	 * @param inputs the inputs by instance id
	 * @return the ids of the instances that were started, in the order of the map
	 */
	<B, I extends @Nullable Object> List<String> startAll(OrchestratorMethod.Consumer<B, I> orchestrator,
			Map<String, ? extends I> inputs);

	/**
	 * Starts an orchestrator by its name for each of many inputs, by the ids of their
	 * instances; otherwise as
	 * {@link #startAll(OrchestratorMethod.Consumer, Collection, Function)}.
	 * @param orchestrator the orchestrator's name
	 * @param inputs the inputs by instance id
	 * @return the ids of the instances that were started, in the order of the map
	 */
	List<String> startAll(String orchestrator, Map<String, ? extends @Nullable Object> inputs);

	/**
	 * Raises an external event to an instance, starting that first if no unfinished
	 * instance has the id: whatever happens at the same time, the event reaches an
	 * instance.
	 * @param <B> the bean's type
	 * @param <I> the input's type
	 * @param orchestrator a reference to the orchestrator's method
	 * @param input the input, if it has to be started
	 * @param options how to start; must have an id. The reuse policy is left aside
	 * @param signal the event
	 * @return whether the instance was started by this call; if it is found finished when
	 * the event arrives, it is started then
	 * @throws UnknownNameException if no such orchestrator is registered
	 * @throws PayloadException if input or event cannot be serialised or is too large
	 * @throws IllegalArgumentException if the instance id is missing or illegal
	 */
	<B, I extends @Nullable Object> boolean signalWithStart(OrchestratorMethod.Consumer<B, I> orchestrator, I input,
			StartOptions options, Signal signal);

	/**
	 * Raises an external event, starting an orchestrator that has no input if needed;
	 * otherwise as
	 * {@link #signalWithStart(OrchestratorMethod.Consumer, Object, StartOptions, Signal)}.
	 * @param <B> the bean's type
	 * @param orchestrator a reference to the orchestrator's method
	 * @param options how to start; must have an id
	 * @param signal the event
	 * @return whether the instance was started by this call
	 */
	<B> boolean signalWithStart(OrchestratorMethod.Runnable<B> orchestrator, StartOptions options, Signal signal);

	/**
	 * Raises an external event, starting an orchestrator by its name if needed; otherwise
	 * as
	 * {@link #signalWithStart(OrchestratorMethod.Consumer, Object, StartOptions, Signal)}.
	 * @param orchestrator the orchestrator's name
	 * @param input the input, if it has to be started, or {@code null} for none
	 * @param options how to start; must have an id
	 * @param signal the event
	 * @return whether the instance was started by this call
	 */
	boolean signalWithStart(String orchestrator, @Nullable Object input, StartOptions options, Signal signal);

	/**
	 * Raises an external event. An instance that has not begun to run, or does not wait
	 * for the event yet, finds it when it does.
	 * @param instanceId the instance id
	 * @param eventName the event's name, without regard to case
	 * @param input what it carries, or {@code null}
	 * @throws InstanceNotFoundException if there is no such instance
	 * @throws InstanceFinishedException if it has finished
	 * @throws PayloadException if the input cannot be serialised or is too large
	 * @throws IllegalArgumentException if the name is empty, longer than 256 characters
	 * or cannot be stored
	 */
	void raiseEvent(String instanceId, String eventName, @Nullable Object input);

	/**
	 * What is known of an instance, payloads included.
	 * @param instanceId the instance id
	 * @return the instance, empty if there is none
	 */
	Optional<OrchestrationMetadata> get(String instanceId);

	/**
	 * Waits until an instance has finished, on whatever node.
	 * @param instanceId the instance id
	 * @param timeout how long to wait at most
	 * @return the finished instance, payloads included
	 * @throws TimeoutException if it has not finished by then
	 * @throws InstanceNotFoundException if there is no such instance
	 * @throws InterruptedException if the thread is interrupted
	 */
	OrchestrationMetadata awaitCompletion(String instanceId, Duration timeout)
			throws TimeoutException, InterruptedException;

	/**
	 * Waits until an instance has begun to run, on whatever node, or has finished without
	 * having done so: it may be terminated before. One that is suspended before it has
	 * begun is waited for.
	 * @param instanceId the instance id
	 * @param timeout how long to wait at most
	 * @return the instance, payloads included
	 * @throws TimeoutException if it has not begun by then
	 * @throws InstanceNotFoundException if there is no such instance
	 * @throws InterruptedException if the thread is interrupted
	 */
	OrchestrationMetadata awaitStart(String instanceId, Duration timeout) throws TimeoutException, InterruptedException;

	/**
	 * Asks an instance to end at its next step, and its unfinished sub-orchestrations
	 * with it. Also ends one that is suspended. Activities that run are not interrupted;
	 * their results are dropped.
	 * @param instanceId the instance id
	 * @param reason why, kept with the instance, at most 16,000 characters
	 * @throws InstanceNotFoundException if there is no such instance
	 * @throws InstanceFinishedException if it has finished
	 */
	default void terminate(String instanceId, @Nullable String reason) {
		terminate(instanceId, reason, true);
	}

	/**
	 * Asks an instance to end at its next step, as {@link #terminate(String, String)}.
	 * @param instanceId the instance id
	 * @param reason why, kept with the instance, at most 16,000 characters
	 * @param recursive whether its unfinished sub-orchestrations end, too
	 * @throws InstanceNotFoundException if there is no such instance
	 * @throws InstanceFinishedException if it has finished
	 */
	void terminate(String instanceId, @Nullable String reason, boolean recursive);

	/**
	 * Asks an instance to hold. What arrives from then on is kept, in order, until
	 * {@link #resume}; activities that run go on, and their results are kept. Does
	 * nothing if it is suspended.
	 * @param instanceId the instance id
	 * @param reason why, kept with the instance, at most 16,000 characters
	 * @throws InstanceNotFoundException if there is no such instance
	 * @throws InstanceFinishedException if it has finished
	 */
	void suspend(String instanceId, @Nullable String reason);

	/**
	 * Asks an instance to go on that was suspended, for example because its code no
	 * longer fitted its history.
	 * @param instanceId the instance id
	 * @param reason why, kept in history, at most 16,000 characters
	 * @throws InstanceNotFoundException if there is no such instance
	 * @throws InstanceFinishedException if it has finished
	 */
	void resume(String instanceId, @Nullable String reason);

	/**
	 * Asks an instance that has failed to go on as if what it failed of had not happened:
	 * the activities and sub-orchestrations behind its failure run again, those inside a
	 * sub-orchestration included; everything that has succeeded is kept. Which ones are
	 * behind the failure is told by the cause of the exception that ended it, or else it
	 * is the failure that the code met last. What the code did in answer to the failure
	 * is forgotten. If the orchestrator's own code is to blame, it simply goes on with
	 * the code that is deployed now.
	 * @param instanceId the instance id
	 * @param reason why, kept in history, at most 16,000 characters
	 * @throws InstanceNotFoundException if there is no such instance
	 * @throws InstanceNotFailedException if it has not failed
	 */
	void rewind(String instanceId, @Nullable String reason);

	/**
	 * Starts an instance again with the same orchestrator, version, tags and, after a
	 * {@link OrchestrationContext#continueAsNew continueAsNew}, the last execution's
	 * input.
	 * @param instanceId the instance to take these from
	 * @param newInstanceId whether to start another instance with a random id; otherwise
	 * the instance is replaced, which must have finished
	 * @return the id of the instance that was started
	 * @throws InstanceNotFoundException if there is no such instance
	 * @throws InstanceAlreadyExistsException if it is to be replaced and has not finished
	 */
	String restart(String instanceId, boolean newInstanceId);

	/**
	 * Removes a finished instance with everything that is stored for it.
	 * @param instanceId the instance id
	 * @param recursive whether its finished sub-orchestrations are removed, too
	 * @return what was removed; nothing if there is no such instance
	 * @throws InstanceNotFinishedException if it has not finished
	 */
	PurgeResult purge(String instanceId, boolean recursive);

	/**
	 * Removes finished instances with everything that is stored for them. Those that have
	 * not finished are left out.
	 * @param filter which ones
	 * @param recursive whether their finished sub-orchestrations are removed, too
	 * @param timeout how long to go on at most; what is left is for the next purge
	 * @return what was removed
	 */
	PurgeResult purge(InstanceFilter filter, boolean recursive, Duration timeout);

	/**
	 * Lists instances.
	 * @param query which ones
	 * @return a page of them
	 * @throws IllegalArgumentException if the continuation token is not one of ours, or a
	 * condition is nothing that an instance can have
	 */
	InstanceQuery.Page query(InstanceQuery query);

	/**
	 * How many instances there are, by orchestrator and status.
	 * @return the counts, in no order; nothing is counted as 0
	 */
	List<InstanceCount> counts();

	/**
	 * Whether an unfinished instance of an orchestrator may still need the old branch of
	 * a change, whatever its version. Those that have not come to the changed place yet
	 * count as well.
	 * @param orchestrator the orchestrator's name
	 * @param patchId the id of the change, see
	 * {@link OrchestrationContext#isPatched(String)}
	 * @return {@code false} as soon as the old branch can be deleted
	 * @throws IllegalArgumentException if the id of the change is illegal
	 */
	default boolean isPatchPending(String orchestrator, String patchId) {
		Objects.requireNonNull(orchestrator, "orchestrator must not be null");
		Objects.requireNonNull(patchId, "patchId must not be null");
		InstanceFilter needing = InstanceFilter.all().unfinished().name(orchestrator).withoutPatch(patchId);
		return !query(InstanceQuery.of(needing).pageSize(1)).instances().isEmpty();
	}

	/**
	 * Whether an unfinished instance of one version may still need the old branch of a
	 * change, for an orchestrator that has several: code of another version does not ask
	 * for the change, so its instances would count for ever.
	 * @param orchestrator the orchestrator's name
	 * @param version the version whose code asks for the change
	 * @param patchId the id of the change, see
	 * {@link OrchestrationContext#isPatched(String)}
	 * @return {@code false} as soon as the old branch can be deleted from that code
	 * @throws IllegalArgumentException if the id of the change is illegal
	 */
	default boolean isPatchPending(String orchestrator, String version, String patchId) {
		Objects.requireNonNull(orchestrator, "orchestrator must not be null");
		Objects.requireNonNull(version, "version must not be null");
		Objects.requireNonNull(patchId, "patchId must not be null");
		InstanceFilter needing = InstanceFilter.all()
			.unfinished()
			.name(orchestrator)
			.version(version)
			.withoutPatch(patchId);
		return !query(InstanceQuery.of(needing).pageSize(1)).instances().isEmpty();
	}

	/**
	 * The history of an instance's current execution.
	 * @param instanceId the instance id
	 * @return the entries in order, empty before the first step
	 * @throws InstanceNotFoundException if there is no such instance
	 * @throws IllegalArgumentException if an event cannot be decoded, for instance
	 * because a newer release has written it
	 */
	List<HistoryEntry> history(String instanceId);

	/**
	 * An external event.
	 *
	 * @param eventName the event's name, without regard to case
	 * @param input what it carries, or {@code null}
	 */
	record Signal(String eventName, @Nullable Object input) {

		public Signal {
			Objects.requireNonNull(eventName, "eventName must not be null");
		}

	}

}
