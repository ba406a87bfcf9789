package io.durablespring.autoconfigure;

import java.util.regex.Pattern;

/**
 * The task hub of this application: applications with the same hub, broker and database
 * are peers. A bean, so that all adapters agree on the name.
 *
 * @param name the hub's name: prefix of topics, column of tables
 */
public record TaskHub(String name) {

	/**
	 * The longest name.
	 */
	public static final int MAX_LENGTH = 100;

	private static final Pattern LEGAL = Pattern.compile("[a-zA-Z0-9._-]{1," + MAX_LENGTH + "}");

	/**
	 * Creates a task hub.
	 * @throws IllegalArgumentException if the name is not legal
	 */
	public TaskHub {
		if (!isLegal(name)) {
			throw new IllegalArgumentException("'" + name + "' cannot be the name of a task hub: " + "it needs 1 to "
					+ MAX_LENGTH + " letters, digits, dots, underscores and hyphens");
		}
	}

	static boolean isLegal(String name) {
		return LEGAL.matcher(name).matches();
	}

	/**
	 * A hub named after an application.
	 * @param application the application's name
	 * @return the hub; what is not legal in the name has become a hyphen
	 */
	static TaskHub of(String application) {
		String legal = application.strip().replaceAll("[^a-zA-Z0-9._-]+", "-");
		return new TaskHub(legal.substring(0, Math.min(legal.length(), MAX_LENGTH)));
	}

}
