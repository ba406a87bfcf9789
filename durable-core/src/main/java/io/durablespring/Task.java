package io.durablespring;

import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Work that an orchestrator has started. Usable on the orchestrator's thread only.
 *
 * @param <V> the result's type
 */
public interface Task<V extends @Nullable Object> {

	/**
	 * Waits until this task is done, without holding up a worker, for however long that
	 * takes: across restarts and on whatever node goes on with the instance.
	 * <p>
	 * May unwind the thread with an {@link Error}, to go on by a replay when the task is
	 * done; that is normal control flow and must not be recovered from. What
	 * {@code finally} blocks do besides using the context happens each time.
	 * @return the result
	 * @throws TaskFailedException if the work failed
	 * @throws CompositeTaskFailedException if this task stands for several and any failed
	 * @throws TaskCanceledException if this task was cancelled
	 * @throws PayloadException if the result is not of the expected type
	 */
	V await();

	/**
	 * Whether this task has a result, has failed or was cancelled. Only awaiting, this or
	 * another task, makes progress: a loop that polls this method never ends.
	 * @return whether {@link #await()} would return or throw at once
	 */
	boolean isDone();

	/**
	 * Maps the result. The function runs on the orchestrator's thread as soon as this
	 * task is done, and must be deterministic.
	 * @param <U> the mapped type
	 * @param mapper the function; what it throws fails the returned task
	 * @return a task with the mapped result, or with this task's failure
	 */
	<U extends @Nullable Object> Task<U> thenApply(Function<? super V, ? extends U> mapper);

}
