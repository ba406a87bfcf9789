package io.durablespring.runtime;

import org.jspecify.annotations.Nullable;

/**
 * Throws what another thread has caught.
 */
final class Rethrow {

	private Rethrow() {
	}

	/**
	 * Throws a failure.
	 * @param failure what was caught, {@code null} if nothing was
	 */
	static void ifAny(@Nullable Throwable failure) {
		if (failure instanceof RuntimeException exception) {
			throw exception;
		}
		if (failure instanceof Error error) {
			throw error;
		}
		if (failure != null) {
			// Of code that does not declare what it throws.
			throw new IllegalStateException(failure);
		}
	}

}
