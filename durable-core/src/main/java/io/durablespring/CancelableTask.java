package io.durablespring;

import org.jspecify.annotations.Nullable;

/**
 * A task that the orchestrator can give up: a timer, or waiting for an external event.
 *
 * @param <V> the result's type
 */
public interface CancelableTask<V extends @Nullable Object> extends Task<V> {

	/**
	 * Gives the task up; awaiting it throws {@link TaskCanceledException} from then on. A
	 * cancelled wait takes no event. Does nothing if the task is done.
	 */
	void cancel();

}
