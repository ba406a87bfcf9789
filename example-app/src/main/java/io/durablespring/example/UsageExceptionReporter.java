package io.durablespring.example;

import org.springframework.boot.SpringBootExceptionReporter;

/**
 * Prints a {@link UsageException} as one line, where Boot would print a stack trace.
 */
final class UsageExceptionReporter implements SpringBootExceptionReporter {

	@Override
	public boolean reportException(Throwable failure) {
		if (!(failure instanceof UsageException)) {
			return false;
		}
		System.err.println("Error: " + failure.getMessage());
		return true;
	}

}
