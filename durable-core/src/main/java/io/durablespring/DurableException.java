package io.durablespring;

import org.jspecify.annotations.Nullable;

/**
 * The root of what durable-spring throws at applications.
 */
public abstract class DurableException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	protected DurableException(@Nullable String message) {
		super(message);
	}

	protected DurableException(@Nullable String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
