package io.durablespring.history;

/**
 * The rules for names of external events.
 */
public final class EventNames {

	private static final int MAX_LENGTH = 256;

	private EventNames() {
	}

	/**
	 * Checks a name.
	 * @param name the event's name
	 * @return the name
	 * @throws IllegalArgumentException if it is empty or too long
	 */
	public static String check(String name) {
		if (name.isEmpty() || name.length() > MAX_LENGTH) {
			throw new IllegalArgumentException("The name of an event has 1 to %d characters, but this one has %d"
				.formatted(MAX_LENGTH, name.length()));
		}
		return name;
	}

}
