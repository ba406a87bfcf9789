package io.durablespring.autoconfigure;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

import io.durablespring.RetryPolicy;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Properties of activities: how they run, and when failed ones are tried again. Strict,
 * because a policy that is not found would show only once an activity has failed: an
 * activity's name with a dot is taken for two names unless it stands in brackets.
 */
@ConfigurationProperties(prefix = DurableActivityProperties.PREFIX, ignoreUnknownFields = false)
public class DurableActivityProperties {

	static final String PREFIX = "durable.activities";

	/**
	 * Retry policies by activity name; they win over those of annotations. The one named
	 * "default" is for activities that have none of their own.
	 */
	private final Map<String, Retry> retry = new LinkedHashMap<>();

	/**
	 * Number of activities that run at once on this node at most. Ten for each processor
	 * if not set.
	 */
	private @Nullable Integer maxConcurrent;

	/**
	 * Time that a stopping node waits for its running activities. Shorter than
	 * "spring.lifecycle.timeout-per-shutdown-phase".
	 */
	private Duration drainTimeout = Duration.ofSeconds(20);

	int maxConcurrent(int otherwise) {
		Integer value = this.maxConcurrent;
		SettingsReader.check(value == null || value >= 1, PREFIX + ".max-concurrent", value, "It must be at least 1.");
		return (value != null) ? value : otherwise;
	}

	Map<String, RetryPolicy> retryPolicies() {
		Map<String, RetryPolicy> policies = new HashMap<>();
		this.retry.forEach((name, policy) -> policies.put(name, policy.policy(prefix(name))));
		return policies;
	}

	private static String prefix(String activity) {
		return PREFIX + ".retry" + (activity.contains(".") ? "[" + activity + "]" : "." + activity);
	}

	public @Nullable Integer getMaxConcurrent() {
		return this.maxConcurrent;
	}

	public void setMaxConcurrent(@Nullable Integer maxConcurrent) {
		this.maxConcurrent = maxConcurrent;
	}

	Duration checkedDrainTimeout() {
		SettingsReader.check(!this.drainTimeout.isNegative(), PREFIX + ".drain-timeout", this.drainTimeout,
				"It must not be negative.");
		return this.drainTimeout;
	}

	public Duration getDrainTimeout() {
		return this.drainTimeout;
	}

	public void setDrainTimeout(Duration drainTimeout) {
		this.drainTimeout = drainTimeout;
	}

	public Map<String, Retry> getRetry() {
		return this.retry;
	}

	/**
	 * When failed calls of an activity are tried again.
	 */
	public static class Retry {

		/**
		 * Number of attempts at most, the first included. Required.
		 */
		private @Nullable Integer maxAttempts;

		/**
		 * Time before the first retry.
		 */
		private Duration firstRetryInterval = Duration.ofSeconds(1);

		/**
		 * What the interval is multiplied by for each further retry.
		 */
		private double backoffCoefficient = 1;

		/**
		 * Longest interval.
		 */
		private @Nullable Duration maxRetryInterval;

		/**
		 * Time from the first attempt after which no further one begins.
		 */
		private @Nullable Duration retryTimeout;

		/**
		 * Fraction of each interval, from 0 to 1, that is left out at random.
		 */
		private double jitter = 0;

		/**
		 * Class names of exceptions after which nothing is tried again, subtypes
		 * included.
		 */
		private Set<String> nonRetryable = new LinkedHashSet<>();

		private RetryPolicy policy(String prefix) {
			Integer attempts = this.maxAttempts;
			if (attempts == null || attempts < 1) {
				throw new InvalidConfigurationPropertyValueException(prefix + ".max-attempts", attempts,
						"It must be at least 1, for the first attempt counts. 1 means that nothing is tried again.");
			}
			notNegative(prefix + ".first-retry-interval", this.firstRetryInterval);
			SettingsReader.check(this.backoffCoefficient >= 1 && Double.isFinite(this.backoffCoefficient),
					prefix + ".backoff-coefficient", this.backoffCoefficient, "It must be at least 1.");
			notNegative(prefix + ".max-retry-interval", this.maxRetryInterval);
			notNegative(prefix + ".retry-timeout", this.retryTimeout);
			SettingsReader.check(this.jitter >= 0 && this.jitter <= 1, prefix + ".jitter", this.jitter,
					"It must be from 0 to 1.");
			return new RetryPolicy(attempts, this.firstRetryInterval, this.backoffCoefficient, this.maxRetryInterval,
					this.retryTimeout, this.jitter, this.nonRetryable);
		}

		private static void notNegative(String name, @Nullable Duration value) {
			SettingsReader.check(value == null || !value.isNegative(), name, value, "It must not be negative.");
		}

		public @Nullable Integer getMaxAttempts() {
			return this.maxAttempts;
		}

		public void setMaxAttempts(@Nullable Integer maxAttempts) {
			this.maxAttempts = maxAttempts;
		}

		public Duration getFirstRetryInterval() {
			return this.firstRetryInterval;
		}

		public void setFirstRetryInterval(Duration firstRetryInterval) {
			this.firstRetryInterval = firstRetryInterval;
		}

		public double getBackoffCoefficient() {
			return this.backoffCoefficient;
		}

		public void setBackoffCoefficient(double backoffCoefficient) {
			this.backoffCoefficient = backoffCoefficient;
		}

		public @Nullable Duration getMaxRetryInterval() {
			return this.maxRetryInterval;
		}

		public void setMaxRetryInterval(@Nullable Duration maxRetryInterval) {
			this.maxRetryInterval = maxRetryInterval;
		}

		public @Nullable Duration getRetryTimeout() {
			return this.retryTimeout;
		}

		public void setRetryTimeout(@Nullable Duration retryTimeout) {
			this.retryTimeout = retryTimeout;
		}

		public double getJitter() {
			return this.jitter;
		}

		public void setJitter(double jitter) {
			this.jitter = jitter;
		}

		public Set<String> getNonRetryable() {
			return this.nonRetryable;
		}

		public void setNonRetryable(Set<String> nonRetryable) {
			this.nonRetryable = nonRetryable;
		}

	}

}
