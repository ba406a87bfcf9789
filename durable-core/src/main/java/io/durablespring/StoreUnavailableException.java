package io.durablespring;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when the store cannot be reached or is busy: trying again later may help. Thrown
 * by any method that needs the store. An orchestrator never sees it: what it was doing is
 * done again when the store is there.
 */
public class StoreUnavailableException extends DurableException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param message what was tried
	 * @param cause why it failed
	 */
	public StoreUnavailableException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
