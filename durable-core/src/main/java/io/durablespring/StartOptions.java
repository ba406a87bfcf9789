package io.durablespring;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * How to start an instance.
 *
 * @param instanceId the id, at most 256 characters, no leading {@code @}, none of
 * {@code / \ # ?} and no control characters; {@code null} for a random UUID
 * @param startAt when to run; {@code null} or a time in the past for at once
 * @param tags labels kept with the instance
 * @param version the version to run; {@code null} for the default
 * @param reusePolicy what happens if the id is taken
 */
public record StartOptions(@Nullable String instanceId, @Nullable Instant startAt, Map<String, String> tags,
		@Nullable String version, IdReusePolicy reusePolicy) {

	private static final StartOptions DEFAULTS = new StartOptions(null, null, Map.of(), null,
			IdReusePolicy.REPLACE_FINISHED);

	public StartOptions {
		Objects.requireNonNull(tags, "tags must not be null");
		Objects.requireNonNull(reusePolicy, "reusePolicy must not be null");
		tags = Map.copyOf(tags);
	}

	/**
	 * A random id, at once, without tags, the default version.
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
		return new StartOptions(instanceId, null, Map.of(), null, IdReusePolicy.REPLACE_FINISHED);
	}

	/**
	 * These options with a start time.
	 * @param time when to run
	 * @return the options
	 */
	public StartOptions at(Instant time) {
		return new StartOptions(this.instanceId, time, this.tags, this.version, this.reusePolicy);
	}

	/**
	 * These options with one more tag.
	 * @param name the tag's name
	 * @param value the tag's value
	 * @return the options
	 */
	public StartOptions tag(String name, String value) {
		Objects.requireNonNull(name, "The name of a tag must not be null");
		Objects.requireNonNull(value, () -> "The value of the tag '" + name + "' must not be null");
		Map<String, String> more = new HashMap<>(this.tags);
		more.put(name, value);
		return new StartOptions(this.instanceId, this.startAt, more, this.version, this.reusePolicy);
	}

	/**
	 * These options with a version.
	 * @param wanted the version to run
	 * @return the options
	 */
	public StartOptions version(String wanted) {
		return new StartOptions(this.instanceId, this.startAt, this.tags, wanted, this.reusePolicy);
	}

	/**
	 * These options with a policy for an id that is taken.
	 * @param policy the policy
	 * @return the options
	 */
	public StartOptions reuse(IdReusePolicy policy) {
		return new StartOptions(this.instanceId, this.startAt, this.tags, this.version, policy);
	}

}
