package io.durablespring;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * How to start an instance.
 *
 * @param instanceId the id, at most 256 characters, no leading {@code @}, none of
 * {@code / \ # ?} and no control characters; {@code null} for a random UUID
 * @param startAt when to run; {@code null} or a time in the past for at once
 * @param tags labels kept with the instance
 */
public record StartOptions(@Nullable String instanceId, @Nullable Instant startAt, Map<String, String> tags) {

	private static final StartOptions DEFAULTS = new StartOptions(null, null, Map.of());

	public StartOptions {
		tags = Map.copyOf(tags);
	}

	/**
	 * A random id, at once, without tags.
	 * @return the defaults
	 */
	public static StartOptions defaults() {
		return DEFAULTS;
	}

	/**
	 * The defaults with an id.
	 * @param instanceId the instance id
	 * @return the options
	 */
	public static StartOptions instanceId(String instanceId) {
		return new StartOptions(instanceId, null, Map.of());
	}

	/**
	 * These options with a start time.
	 * @param time when to run
	 * @return the options
	 */
	public StartOptions at(Instant time) {
		return new StartOptions(this.instanceId, time, this.tags);
	}

	/**
	 * These options with one more tag.
	 * @param name the tag's name
	 * @param value the tag's value
	 * @return the options
	 */
	public StartOptions tag(String name, String value) {
		Map<String, String> more = new HashMap<>(this.tags);
		more.put(name, value);
		return new StartOptions(this.instanceId, this.startAt, more);
	}

}
