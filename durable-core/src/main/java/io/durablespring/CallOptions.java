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
 * @param local whether the activity runs on the node that has the instance, if it can;
 * {@code null} for what {@link Activity#local()} says
 * @param checkpoint whether the outcome of a local call is stored before the next one
 * begins; {@code null} for what {@link Activity#checkpoint()} says
 */
public record CallOptions(@Nullable RetryPolicy retryPolicy, @Nullable RetryHandler retryHandler,
		@Nullable String instanceId, @Nullable String version, Map<String, String> tags, @Nullable Boolean local,
		@Nullable Boolean checkpoint) {

	private static final CallOptions DEFAULTS = new CallOptions(null, null, null, null, Map.of());

	public CallOptions {
		Objects.requireNonNull(tags, "tags must not be null");
		tags = Map.copyOf(tags);
	}

	/**
	 * Options of a call whose activity says itself where it runs.
	 * @param retryPolicy when failed work is tried again; {@code null} for the activity's
	 * own policy
	 * @param retryHandler decides on retries as well; {@code null} for none
	 * @param instanceId the id of the sub-orchestration; {@code null} for one that is
	 * made
	 * @param version the version of the sub-orchestration; {@code null} for the default
	 * @param tags labels of the sub-orchestration, besides those of its parent
	 */
	public CallOptions(@Nullable RetryPolicy retryPolicy, @Nullable RetryHandler retryHandler,
			@Nullable String instanceId, @Nullable String version, Map<String, String> tags) {
		this(retryPolicy, retryHandler, instanceId, version, tags, null, null);
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
		return new CallOptions(this.retryPolicy, handler, this.instanceId, this.version, this.tags, this.local,
				this.checkpoint);
	}

	/**
	 * These options with an id for the sub-orchestration.
	 * @param id the instance id
	 * @return the options
	 */
	public CallOptions instanceId(String id) {
		return new CallOptions(this.retryPolicy, this.retryHandler, id, this.version, this.tags, this.local,
				this.checkpoint);
	}

	/**
	 * These options with a version for the sub-orchestration.
	 * @param wanted the version
	 * @return the options
	 */
	public CallOptions version(String wanted) {
		return new CallOptions(this.retryPolicy, this.retryHandler, this.instanceId, wanted, this.tags, this.local,
				this.checkpoint);
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
		return new CallOptions(this.retryPolicy, this.retryHandler, this.instanceId, this.version, more, this.local,
				this.checkpoint);
	}

	/**
	 * These options with the place where the activity runs.
	 * @param here whether it runs on the node that has the instance, without a message,
	 * if that node has it; {@code false} sends the call also of an activity that is local
	 * @return the options
	 * @see Activity#local()
	 */
	public CallOptions local(boolean here) {
		return new CallOptions(this.retryPolicy, this.retryHandler, this.instanceId, this.version, this.tags, here,
				this.checkpoint);
	}

	/**
	 * These options with the moment when the outcome of a local call is stored.
	 * @param each {@code true} for before the next local call begins, {@code false} for
	 * at the end of the step
	 * @return the options
	 * @see Activity#checkpoint()
	 */
	public CallOptions checkpoint(boolean each) {
		return new CallOptions(this.retryPolicy, this.retryHandler, this.instanceId, this.version, this.tags,
				this.local, each);
	}

}
