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
	 * @throws IllegalArgumentException if it is empty, too long or cannot be stored
	 */
	public static String check(String name) {
		return StoredTexts.check("The name of an event", name, MAX_LENGTH);
	}

}
