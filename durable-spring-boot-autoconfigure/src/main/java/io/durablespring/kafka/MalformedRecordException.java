package io.durablespring.kafka;

import org.jspecify.annotations.Nullable;

/**
 * A record that is not one of ours, or not for us. The message says why.
 */
final class MalformedRecordException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	MalformedRecordException(String message) {
		this(message, null);
	}

	MalformedRecordException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
