package io.durablespring.spi;

import io.durablespring.DurableException;
import org.jspecify.annotations.Nullable;

/**
 * The store cannot be reached or is busy: trying again later may help.
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
