package io.durablespring;

import org.jspecify.annotations.Nullable;

/**
 * A timer that survives restarts. A timer that is neither awaited nor cancelled does not
 * keep its orchestration from finishing.
 */
public interface DurableTimer extends Task<@Nullable Void> {

	/**
	 * Cancels the timer; awaiting it throws {@link TaskCanceledException} from then on.
	 * Does nothing if it has fired or was cancelled before.
	 */
	void cancel();

}
