package io.durablespring.history;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * How large labels and versions may be: they travel in one message with everything else.
 */
public final class StartLimits {

	private static final int MAX_TAGS = 16_000;

	static final int MAX_VERSION = 100;

	private StartLimits() {
	}

	/**
	 * Checks what an instance is to be started with.
	 * @param version the version, {@code null} for none
	 * @param tags the labels
	 * @throws IllegalArgumentException if one of them is too large
	 */
	public static void check(@Nullable String version, Map<String, String> tags) {
		checkLength("version is", version, MAX_VERSION);
		checkLength("tags are", tags.toString(), MAX_TAGS);
	}

	/**
	 * Checks the length of a text.
	 * @param what what it is, with its verb
	 * @param text the text
	 * @param max the limit, in characters
	 * @throws IllegalArgumentException if it is longer
	 */
	public static void checkLength(String what, @Nullable String text, int max) {
		if (text != null && text.length() > max) {
			throw new IllegalArgumentException(
					"The %s %,d characters long, more than the limit of %,d".formatted(what, text.length(), max));
		}
	}

}
