package io.durablespring.kafka;

import io.durablespring.DurableException;
import org.jspecify.annotations.Nullable;

/**
 * A topic is missing and cannot be created, or cannot be looked at.
 */
public class TopicUnavailableException extends DurableException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param message what is wrong
	 * @param cause why
	 */
	public TopicUnavailableException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

	/**
	 * Whether the topic is not there, rather than nobody to ask for it.
	 */
	boolean isMissing() {
		return getCause() == null;
	}

}
