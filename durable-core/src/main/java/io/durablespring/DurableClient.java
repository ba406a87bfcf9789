package io.durablespring;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

/**
 * Starts, watches and steers orchestration instances. Thread-safe.
 * <p>
 * Calls that change something join the caller's transaction: they take effect when it
 * commits and not at all when it rolls back. Without a transaction they are durable on
 * return. Do not call it from an orchestrator, which must be deterministic.
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
	 * @throws InstanceAlreadyExistsException if an unfinished instance has that id; one
	 * that has finished is replaced
	 * @throws UnknownNameException if no such orchestrator is registered
	 * @throws PayloadException if the input cannot be serialised or is too large
	 * @throws IllegalArgumentException if the instance id is illegal, the tags have more
	 * than 16,000 characters or the reference names no orchestrator
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
	 * Asks an instance to end at its next step. Activities that run are not interrupted;
	 * their results are dropped.
	 * @param instanceId the instance id
	 * @param reason why, kept with the instance, at most 16,000 characters
	 * @throws InstanceNotFoundException if there is no such instance
	 * @throws InstanceFinishedException if it has finished
	 */
	void terminate(String instanceId, @Nullable String reason);

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
	 * Lists instances.
	 * @param query which ones
	 * @return a page of them
	 * @throws IllegalArgumentException if the continuation token is not one of ours
	 */
	InstanceQuery.Page query(InstanceQuery query);

	/**
	 * The history of an instance's current execution.
	 * @param instanceId the instance id
	 * @return the entries in order, empty before the first step
	 * @throws InstanceNotFoundException if there is no such instance
	 */
	List<HistoryEntry> history(String instanceId);

}
