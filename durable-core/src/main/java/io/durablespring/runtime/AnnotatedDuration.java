package io.durablespring.runtime;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Reads durations as they are written in annotations.
 */
final class AnnotatedDuration {

	private static final Pattern SIMPLE = Pattern.compile("(\\d+)(ms|s|m|h|d)");

	private static final Map<String, ChronoUnit> UNITS = Map.of("ms", ChronoUnit.MILLIS, "s", ChronoUnit.SECONDS, "m",
			ChronoUnit.MINUTES, "h", ChronoUnit.HOURS, "d", ChronoUnit.DAYS);

	private AnnotatedDuration() {
	}

	/**
	 * Reads a duration.
	 * @return the duration, {@code null} if the text is empty
	 * @throws IllegalArgumentException if it is none
	 */
	static @Nullable Duration parse(String text) {
		if (text.isEmpty()) {
			return null;
		}
		Matcher simple = SIMPLE.matcher(text);
		try {
			return simple.matches() ? Duration.of(Long.parseLong(simple.group(1)), UNITS.get(simple.group(2)))
					: Duration.parse(text);
		}
		catch (DateTimeParseException | NumberFormatException | ArithmeticException ex) {
			throw new IllegalArgumentException("'" + text + "' is not a duration");
		}
	}

}
