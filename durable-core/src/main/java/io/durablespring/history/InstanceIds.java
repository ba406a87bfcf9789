package io.durablespring.history;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * The rules for instance ids, as the Durable Functions family has them.
 */
public final class InstanceIds {

	private static final int MAX_LENGTH = 256;

	private static final String ILLEGAL = "/\\#?";

	private InstanceIds() {
	}

	/**
	 * Checks an id.
	 * @param id the instance id
	 * @return the id
	 * @throws IllegalArgumentException if it is illegal; says why
	 */
	public static String check(String id) {
		Objects.requireNonNull(id, "instanceId must not be null");
		String problem = problem(id);
		if (problem != null) {
			throw new IllegalArgumentException("The instance id '%s' %s. Ids have 1 to %d characters, no leading '@', "
				.formatted(StoredTexts.printable(id), problem, MAX_LENGTH)
					+ "none of / \\ # ? and no control characters.");
		}
		return id;
	}

	/**
	 * Whether an instance can have an id.
	 * @param id the instance id
	 * @return whether it is legal
	 */
	public static boolean isLegal(String id) {
		return problem(Objects.requireNonNull(id, "instanceId must not be null")) == null;
	}

	private static @Nullable String problem(String id) {
		if (id.isEmpty()) {
			return "is empty";
		}
		if (id.length() > MAX_LENGTH) {
			return "has " + id.length() + " characters";
		}
		if (id.charAt(0) == '@') {
			return "starts with '@', which is kept for entities";
		}
		for (int i = 0; i < id.length(); i++) {
			char c = id.charAt(i);
			if (ILLEGAL.indexOf(c) >= 0) {
				return "contains '" + c + "'";
			}
			if (Character.isISOControl(c)) {
				return "contains a control character at position " + i;
			}
		}
		return StoredTexts.problem(id);
	}

}
