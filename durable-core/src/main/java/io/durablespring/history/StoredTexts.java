package io.durablespring.history;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * The rules for texts that every store must keep and find again as they are, such as ids
 * and names.
 */
public final class StoredTexts {

	private StoredTexts() {
	}

	/**
	 * Checks a text.
	 * @param what what it is, for messages to people
	 * @param text the text
	 * @param max the limit, in characters
	 * @return the text
	 * @throws IllegalArgumentException if it is empty, too long or cannot be stored
	 */
	public static String check(String what, String text, int max) {
		Objects.requireNonNull(text, () -> what + " must not be null");
		if (text.isEmpty() || text.length() > max) {
			throw new IllegalArgumentException(
					"%s has 1 to %,d characters, but this one has %,d".formatted(what, max, text.length()));
		}
		return check(what, text);
	}

	/**
	 * Checks a text of any length.
	 * @param what what it is, for messages to people
	 * @param text the text
	 * @return the text
	 * @throws IllegalArgumentException if it cannot be stored
	 */
	public static String check(String what, String text) {
		String problem = problem(text);
		if (problem != null) {
			throw new IllegalArgumentException(
					"%s %s, which databases cannot keep: '%s'".formatted(what, problem, printable(text)));
		}
		return text;
	}

	/** What no database keeps; {@code null} if it can be kept. */
	static @Nullable String problem(String text) {
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c == 0) {
				return "contains a NUL character at position " + i;
			}
			if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
				i++;
			}
			else if (Character.isSurrogate(c)) {
				return "contains half of a surrogate pair at position " + i;
			}
		}
		return null;
	}

	/** A text as a log can show it. */
	static String printable(String text) {
		StringBuilder printable = new StringBuilder();
		text.codePoints()
			.limit(256)
			.forEach((c) -> printable.append((Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE)
					? "\\u%04X".formatted(c) : Character.toString(c)));
		return (text.codePointCount(0, text.length()) > 256) ? printable + "..." : printable.toString();
	}

}
