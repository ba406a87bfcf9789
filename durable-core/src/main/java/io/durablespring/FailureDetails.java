package io.durablespring;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * What is kept of an exception: data only, so that it can cross nodes and languages and
 * no stored text ever names a type to instantiate.
 *
 * @param type the exception's type, a class name in Java
 * @param message the exception's message, its first 8,000 characters
 * @param stackTrace the stack trace as text, its first 32,000 characters; {@code null} if
 * these are switched off, and for causes, except the innermost one that has its own
 * because it happened elsewhere
 * @param nonRetryable whether trying again is pointless
 * @param cause the cause's details, {@code null} if there is none. 16 causes at most: of
 * more the outermost 15 and the innermost
 * @param properties what the application added, in no order, 1,000 characters of each and
 * 4,000 of all
 */
public record FailureDetails(String type, @Nullable String message, @Nullable String stackTrace, boolean nonRetryable,
		@Nullable FailureDetails cause, Map<String, String> properties) {

	private static final int MAX_CAUSES = 16;

	// A failure travels in one message, which a broker must take: at most 255,000
	// characters, with stack traces of two failures of a chain.
	private static final int MAX_MESSAGE = 8_000;

	private static final int MAX_STACK_TRACE = 32_000;

	private static final int MAX_PROPERTIES = 4_000;

	private static final int MAX_PROPERTY = 1_000;

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
		FailureDetails first = alone(failure, stackTraces);
		List<FailureDetails> causes = new ArrayList<>();
		Throwable next = failure;
		for (int i = 0; i < MAX_CAUSES && next != null && !(next instanceof TaskFailedException); i++) {
			next = said(next::getCause);
			if (next != null) {
				causes.add(alone(next, false));
			}
		}
		if (next instanceof TaskFailedException task) {
			// The remote details say more than our exception's causes.
			for (FailureDetails remote = task.failure(); remote != null; remote = remote.cause) {
				causes.add(remote);
			}
		}
		return first.because(causes);
	}

	private static FailureDetails alone(Throwable failure, boolean stackTraces) {
		return new FailureDetails(failure.getClass().getName(), said(failure::getMessage),
				stackTraces ? said(() -> stackTraceOf(failure)) : null, failure instanceof NonRetryable, null,
				propertiesOf(failure));
	}

	/**
	 * This failure with its causes, within the limits: of too many causes the last one
	 * stays, for it was the first to happen; and so does its stack trace.
	 */
	private FailureDetails because(List<FailureDetails> causes) {
		List<FailureDetails> kept = new ArrayList<>(causes);
		if (kept.size() > MAX_CAUSES) {
			kept.subList(MAX_CAUSES - 1, kept.size() - 1).clear();
		}
		FailureDetails chain = null;
		boolean traced = false;
		for (int i = kept.size() - 1; i >= 0; i--) {
			chain = kept.get(i).within(!traced, chain);
			traced |= chain.stackTrace != null;
		}
		return within(true, chain);
	}

	private FailureDetails within(boolean traced, @Nullable FailureDetails newCause) {
		return new FailureDetails(this.type, abbreviateIfAny(this.message, MAX_MESSAGE),
				traced ? abbreviateIfAny(this.stackTrace, MAX_STACK_TRACE) : null, this.nonRetryable, newCause,
				abbreviate(this.properties));
	}

	// Whoever waits for a failure must learn of it, even if it cannot describe itself.
	private static <T> @Nullable T said(Supplier<@Nullable T> description) {
		try {
			return description.get();
		}
		catch (Throwable ex) {
			return null;
		}
	}

	private static Map<String, String> propertiesOf(Throwable failure) {
		Map<String, String> properties = (failure instanceof HasProperties has)
				? said(() -> withoutNulls(has.failureProperties())) : null;
		return (properties != null) ? properties : Map.of();
	}

	/** In the order of their names, so that the same ones are shortened each time. */
	private static Map<String, String> abbreviate(Map<String, String> properties) {
		Map<String, String> kept = new TreeMap<>();
		int left = MAX_PROPERTIES;
		for (Map.Entry<String, String> property : new TreeMap<>(properties).entrySet()) {
			String value = abbreviate(property.getValue(), MAX_PROPERTY);
			left -= property.getKey().length() + value.length();
			if (left < 0) {
				break;
			}
			kept.put(property.getKey(), value);
		}
		return kept;
	}

	private static @Nullable String abbreviateIfAny(@Nullable String text, int length) {
		return (text != null) ? abbreviate(text, length) : null;
	}

	private static String abbreviate(String text, int length) {
		return (text.length() <= length) ? text : text.substring(0, length) + "...";
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
