package io.durablespring;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a value cannot be serialised, does not fit the expected type, or is larger
 * than the limit. Trying again is pointless.
 */
public class PayloadException extends DurableException implements FailureDetails.NonRetryable {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param message which value, what is wrong with it and how to mend it
	 */
	public PayloadException(String message) {
		super(message);
	}

	/**
	 * Creates the exception.
	 * @param message which value, what is wrong with it and how to mend it
	 * @param cause the codec's exception
	 */
	public PayloadException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
