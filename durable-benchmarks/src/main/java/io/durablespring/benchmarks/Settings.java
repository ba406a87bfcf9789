package io.durablespring.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;

/**
 * Sizes and the like: system properties of the command, which its processes inherit.
 */
final class Settings {

	private static final Set<String> FOREIGN = Set.of("java.", "jdk.", "sun.", "user.", "os.", "file.", "path.",
			"line.", "native.", "stdout.", "stderr.", "logging.");

	private final Properties properties = System.getProperties();

	boolean quick() {
		return Boolean.parseBoolean(this.properties.getProperty("quick"));
	}

	/**
	 * Whether systems that have both run steps where the instance is, without messages.
	 */
	boolean local() {
		return Boolean.parseBoolean(this.properties.getProperty("local"));
	}

	/** A size: as given, or one of two defaults. */
	int size(String name, int usual, int quick) {
		String given = this.properties.getProperty(name);
		return (given != null) ? Integer.parseInt(given.strip()) : quick() ? quick : usual;
	}

	String text(String name, String other) {
		return this.properties.getProperty(name, other);
	}

	String required(String name) {
		String given = this.properties.getProperty(name);
		if (given == null) {
			throw new IllegalStateException("-D" + name + " is missing");
		}
		return given;
	}

	/** What a process needs to have the same settings. */
	List<String> asOptions() {
		List<String> options = new ArrayList<>();
		for (String name : this.properties.stringPropertyNames()) {
			if (FOREIGN.stream().noneMatch(name::startsWith)) {
				options.add("-D" + name + "=" + this.properties.getProperty(name));
			}
		}
		return options;
	}

}
