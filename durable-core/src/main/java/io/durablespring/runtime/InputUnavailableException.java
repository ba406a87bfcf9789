package io.durablespring.runtime;

import io.durablespring.StoreUnavailableException;

/**
 * An activity cannot begin, because its input is in a store that cannot be reached. Not
 * to be confused with an activity that has failed for such a reason.
 */
final class InputUnavailableException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	InputUnavailableException(StoreUnavailableException cause) {
		super(cause.getMessage(), cause);
	}

}
