package io.durablespring.engine;

import io.durablespring.StoreUnavailableException;
import io.durablespring.history.HistoryEvent.ExecutionTerminated;

/**
 * Why an orchestrator's code has left its thread without coming to its end.
 */
sealed interface Departure permits Mismatch, Restart, Departure.Terminated, Departure.Unavailable {

	/**
	 * The instance is terminated.
	 *
	 * @param request who wants it so
	 */
	record Terminated(ExecutionTerminated request) implements Departure {
	}

	/**
	 * The code wants a value that cannot be read now. Its step is lost: what the code
	 * would do without the value depends on the store, not on history.
	 *
	 * @param failure why not
	 */
	record Unavailable(StoreUnavailableException failure) implements Departure {
	}

}
