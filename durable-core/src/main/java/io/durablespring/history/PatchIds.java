package io.durablespring.history;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The rules for ids of changes.
 */
public final class PatchIds {

	private static final Pattern LEGAL = Pattern.compile("[A-Za-z0-9._-]{1,100}");

	private PatchIds() {
	}

	/**
	 * Checks an id.
	 * @param id the id of a change
	 * @return the id
	 * @throws IllegalArgumentException if it is illegal
	 */
	public static String check(String id) {
		Objects.requireNonNull(id, "patchId must not be null");
		if (!LEGAL.matcher(id).matches()) {
			throw new IllegalArgumentException(
					"The id of a patch has 1 to 100 letters, digits, dots, underscores and hyphens, not '"
							+ StoredTexts.printable(id) + "'");
		}
		return id;
	}

}
