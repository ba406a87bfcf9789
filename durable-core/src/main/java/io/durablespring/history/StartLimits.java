package io.durablespring.history;

import java.util.Map;
import java.util.Objects;

import io.durablespring.InstanceFilter;
import org.jspecify.annotations.Nullable;

/**
 * What an instance may be started with, and so what can be looked for. Labels travel in
 * one message with everything else, so that there is a limit for all of them.
 */
public final class StartLimits {

	private static final int MAX_TAGS = 16_000;

	static final int MAX_VERSION = 100;

	private static final int MAX_NAME = 256;

	private StartLimits() {
	}

	/**
	 * Checks the name of an orchestrator.
	 * @param name the name
	 * @return the name
	 * @throws IllegalArgumentException if it is empty, too long or cannot be stored
	 */
	public static String checkName(String name) {
		return StoredTexts.check("The name of an orchestrator", name, MAX_NAME);
	}

	/**
	 * Checks what an instance is to be started with.
	 * @param version the version, {@code null} for none
	 * @param tags the labels
	 * @throws IllegalArgumentException if one of them is too large or cannot be stored,
	 * or the version is empty
	 */
	public static void check(@Nullable String version, Map<String, String> tags) {
		if (version != null) {
			StoredTexts.check("A version", version, MAX_VERSION);
		}
		checkLength("tags are", tags.toString(), MAX_TAGS);
		checkTags(tags);
	}

	private static void checkTags(Map<String, String> tags) {
		tags.forEach((name, value) -> {
			// In JSON, where a NUL can be kept.
			StoredTexts.check("The name of a tag", name.replace('\0', ' '));
			StoredTexts.check("The value of the tag '" + name + "'", value.replace('\0', ' '));
		});
	}

	/**
	 * Checks what instances are looked for by.
	 * @param filter the conditions
	 * @throws IllegalArgumentException if one of them is no text that can be stored, or
	 * no legal id of a change
	 */
	public static void check(InstanceFilter filter) {
		Objects.requireNonNull(filter, "filter must not be null");
		checkCondition("name", filter.name());
		checkCondition("version", filter.version());
		checkCondition("prefix of ids", filter.idPrefix());
		checkTags(filter.tags());
		if (filter.withoutPatch() != null) {
			PatchIds.check(filter.withoutPatch());
		}
	}

	private static void checkCondition(String what, @Nullable String text) {
		if (text != null) {
			StoredTexts.check("The " + what + " to look for", text);
		}
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
