package io.durablespring;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * What is kept of an exception: data only, so that it can cross nodes and languages and
 * no stored text ever names a type to instantiate.
 *
 * @param type the exception's type, a class name in Java
 * @param message the exception's message, its first 8,000 characters
 * @param stackTrace the stack trace as text, its first 32,000 characters, or {@code null}
 * if these are switched off
 * @param nonRetryable whether trying again is pointless
 * @param cause the cause's details
 * @param properties what the application added, in no order
 */
public record FailureDetails(String type, @Nullable String message, @Nullable String stackTrace, boolean nonRetryable,
		@Nullable FailureDetails cause, Map<String, String> properties) {

	private static final int MAX_CAUSES = 16;

	// A failure travels in one message, with up to MAX_CAUSES messages and one stack
	// trace.
	private static final int MAX_MESSAGE = 8_000;

	private static final int MAX_STACK_TRACE = 32_000;

	public FailureDetails {
		properties = (properties == null) ? Map.of() : withoutNulls(properties);
	}

	private static Map<String, String> withoutNulls(Map<String, String> properties) {
		return properties.entrySet()
			.stream()
			.filter((property) -> property.getKey() != null && property.getValue() != null)
			.collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
	}

	/**
	 * A failure without an exception behind it.
	 * @param type the failure's type
	 * @param message what is wrong, and how to mend it
	 * @return details that are not retryable
	 */
	public static FailureDetails of(String type, String message) {
		return new FailureDetails(type, message, null, true, null, Map.of());
	}

	/**
	 * The details of an exception and its causes.
	 * @param failure the exception
	 * @param stackTraces whether to keep the stack trace
	 * @return the details
	 */
	public static FailureDetails of(Throwable failure, boolean stackTraces) {
		return of(failure, stackTraces, MAX_CAUSES);
	}

	private static FailureDetails of(Throwable failure, boolean stackTraces, int causes) {
		// A task that failed keeps the remote details as its cause: they say more than
		// ours.
		FailureDetails cause = (failure instanceof TaskFailedException task) ? task.failure()
				: (failure.getCause() != null && causes > 0) ? of(failure.getCause(), false, causes - 1) : null;
		return new FailureDetails(failure.getClass().getName(), abbreviate(said(failure::getMessage), MAX_MESSAGE),
				stackTraces ? abbreviate(said(() -> stackTraceOf(failure)), MAX_STACK_TRACE) : null,
				failure instanceof NonRetryable, cause, propertiesOf(failure));
	}

	// Whoever waits for a failure must learn of it, even if it cannot describe itself.
	private static <T> @Nullable T said(Supplier<@Nullable T> description) {
		try {
			return description.get();
		}
		catch (RuntimeException | StackOverflowError ex) {
			return null;
		}
	}

	private static Map<String, String> propertiesOf(Throwable failure) {
		Map<String, String> properties = (failure instanceof HasProperties has) ? said(has::failureProperties) : null;
		return (properties != null) ? properties : Map.of();
	}

	private static @Nullable String abbreviate(@Nullable String text, int length) {
		return (text == null || text.length() <= length) ? text : text.substring(0, length) + "...";
	}

	private static String stackTraceOf(Throwable failure) {
		StringWriter text = new StringWriter();
		failure.printStackTrace(new PrintWriter(text));
		return text.toString();
	}

	/**
	 * Whether the failure was of the given type or a subtype of it. A type that this node
	 * does not know is compared by name only.
	 * @param exceptionType the type to test for
	 * @return whether it was
	 */
	public boolean isCausedBy(Class<? extends Throwable> exceptionType) {
		return isCausedBy(exceptionType.getName(), exceptionType.getClassLoader());
	}

	/**
	 * Whether the failure was of the type with the given name or a subtype of it, as
	 * {@link #isCausedBy(Class)}.
	 * @param exceptionType the name of the type to test for
	 * @return whether it was
	 */
	public boolean isCausedBy(String exceptionType) {
		return isCausedBy(exceptionType, null);
	}

	private boolean isCausedBy(String exceptionType, @Nullable ClassLoader loader) {
		if (this.type.equals(exceptionType)) {
			return true;
		}
		try {
			// Loads without initialising: a stored name must not run any code.
			Class<?> known = Class.forName(this.type, false,
					(loader != null) ? loader : Thread.currentThread().getContextClassLoader());
			for (Class<?> parent = known; parent != null; parent = parent.getSuperclass()) {
				if (parent.getName().equals(exceptionType)) {
					return true;
				}
			}
			return false;
		}
		catch (ClassNotFoundException | LinkageError ex) {
			return false;
		}
	}

	@Override
	public String toString() {
		return (this.message == null) ? this.type : this.type + ": " + this.message;
	}

	/**
	 * Implemented by exceptions for which trying again is pointless.
	 */
	public interface NonRetryable {

	}

	/**
	 * Implemented by exceptions that add properties to their details.
	 */
	public interface HasProperties {

		/**
		 * The properties to keep.
		 * @return names and values
		 */
		Map<String, String> failureProperties();

	}

}
