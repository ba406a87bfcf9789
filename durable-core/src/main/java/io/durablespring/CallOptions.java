package io.durablespring;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * How an orchestrator calls an activity or a sub-orchestration:
 * {@code ctx.withOptions(CallOptions.retry(policy)).callActivity(Payments::charge, order)}.
 *
 * @param retryPolicy when failed work is tried again; {@code null} for the activity's own
 * policy
 * @param retryHandler decides on retries as well; {@code null} for none. Without a policy
 * it decides alone, and retries come at once
 * @param instanceId the id of the sub-orchestration, for every attempt; {@code null} for
 * one that is made, the same on every replay
 * @param version the version of the sub-orchestration; {@code null} for the default
 * @param tags labels of the sub-orchestration, besides those of its parent
 */
public record CallOptions(@Nullable RetryPolicy retryPolicy, @Nullable RetryHandler retryHandler,
		@Nullable String instanceId, @Nullable String version, Map<String, String> tags) {

	private static final CallOptions DEFAULTS = new CallOptions(null, null, null, null, Map.of());

	public CallOptions {
		Objects.requireNonNull(tags, "tags must not be null");
		tags = Map.copyOf(tags);
	}

	/**
	 * Nothing special.
	 * @return the defaults
	 */
	public static CallOptions defaults() {
		return DEFAULTS;
	}

	/**
	 * The defaults with a retry policy.
	 * @param policy the policy
	 * @return the options
	 */
	public static CallOptions retry(RetryPolicy policy) {
		Objects.requireNonNull(policy, "policy must not be null");
		return new CallOptions(policy, null, null, null, Map.of());
	}

	/**
	 * These options with a retry handler.
	 * @param handler the handler
	 * @return the options
	 */
	public CallOptions handler(RetryHandler handler) {
		Objects.requireNonNull(handler, "handler must not be null");
		return new CallOptions(this.retryPolicy, handler, this.instanceId, this.version, this.tags);
	}

	/**
	 * These options with an id for the sub-orchestration.
	 * @param id the instance id
	 * @return the options
	 */
	public CallOptions instanceId(String id) {
		return new CallOptions(this.retryPolicy, this.retryHandler, id, this.version, this.tags);
	}

	/**
	 * These options with a version for the sub-orchestration.
	 * @param wanted the version
	 * @return the options
	 */
	public CallOptions version(String wanted) {
		return new CallOptions(this.retryPolicy, this.retryHandler, this.instanceId, wanted, this.tags);
	}

	/**
	 * These options with one more label for the sub-orchestration.
	 * @param name the tag's name
	 * @param value the tag's value
	 * @return the options
	 */
	public CallOptions tag(String name, String value) {
		Objects.requireNonNull(name, "The name of a tag must not be null");
		Objects.requireNonNull(value, () -> "The value of the tag '" + name + "' must not be null");
		Map<String, String> more = new HashMap<>(this.tags);
		more.put(name, value);
		return new CallOptions(this.retryPolicy, this.retryHandler, this.instanceId, this.version, more);
	}

}
