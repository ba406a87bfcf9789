package io.durablespring;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * How often and when failed work is tried again. Between attempts the orchestration waits
 * on a durable timer: the n-th retry, counted from 0, comes after
 * {@code min(firstRetryInterval * backoffCoefficient^n, maxRetryInterval)}.
 * <p>
 * A failure that is marked as not retryable ends the attempts at once. The policy of a
 * call is recorded with its first attempt; a running call keeps it, whatever is deployed
 * meanwhile.
 *
 * @param maxAttempts how many attempts there are at most, the first included; at least 1
 * @param firstRetryInterval the time before the first retry; not negative
 * @param backoffCoefficient what the interval is multiplied by for each further retry; at
 * least 1
 * @param maxRetryInterval the longest interval; {@code null} for no limit
 * @param retryTimeout no attempt begins later than this after the first one; {@code null}
 * for no limit
 * @param jitter the fraction, from 0 to 1, of each interval that is left out at random,
 * so that calls which failed together do not come again together; the same on replay
 * @param nonRetryable types of failures that are not tried again, subtypes included;
 * class names, as of {@link FailureDetails#type()}
 */
public record RetryPolicy(int maxAttempts, Duration firstRetryInterval, double backoffCoefficient,
		@Nullable Duration maxRetryInterval, @Nullable Duration retryTimeout, double jitter, Set<String> nonRetryable) {

	public RetryPolicy {
		nonRetryable = (nonRetryable == null) ? Set.of() : Set.copyOf(nonRetryable);
		check(maxAttempts >= 1, "maxAttempts must be at least 1 but is " + maxAttempts);
		check(!firstRetryInterval.isNegative(), "firstRetryInterval must not be negative but is " + firstRetryInterval);
		check(backoffCoefficient >= 1 && Double.isFinite(backoffCoefficient),
				"backoffCoefficient must be at least 1 but is " + backoffCoefficient);
		check(maxRetryInterval == null || !maxRetryInterval.isNegative(),
				"maxRetryInterval must not be negative but is " + maxRetryInterval);
		check(retryTimeout == null || !retryTimeout.isNegative(),
				"retryTimeout must not be negative but is " + retryTimeout);
		check(jitter >= 0 && jitter <= 1, "jitter must be from 0 to 1 but is " + jitter);
	}

	private static void check(boolean valid, String message) {
		if (!valid) {
			throw new IllegalArgumentException(message);
		}
	}

	/**
	 * A policy with a fixed interval.
	 * @param maxAttempts how many attempts there are at most, the first included
	 * @param interval the time between two attempts
	 * @return the policy
	 */
	public static RetryPolicy of(int maxAttempts, Duration interval) {
		return new RetryPolicy(maxAttempts, interval, 1, null, null, 0, Set.of());
	}

	/**
	 * This policy with growing intervals.
	 * @param coefficient what the interval is multiplied by for each further retry
	 * @return the policy
	 */
	public RetryPolicy backoff(double coefficient) {
		return new RetryPolicy(this.maxAttempts, this.firstRetryInterval, coefficient, this.maxRetryInterval,
				this.retryTimeout, this.jitter, this.nonRetryable);
	}

	/**
	 * This policy with a longest interval.
	 * @param interval the longest interval
	 * @return the policy
	 */
	public RetryPolicy maxInterval(Duration interval) {
		return new RetryPolicy(this.maxAttempts, this.firstRetryInterval, this.backoffCoefficient, interval,
				this.retryTimeout, this.jitter, this.nonRetryable);
	}

	/**
	 * This policy with a time after which no attempt begins.
	 * @param timeout the time from the first attempt
	 * @return the policy
	 */
	public RetryPolicy timeout(Duration timeout) {
		return new RetryPolicy(this.maxAttempts, this.firstRetryInterval, this.backoffCoefficient,
				this.maxRetryInterval, timeout, this.jitter, this.nonRetryable);
	}

	/**
	 * This policy with random differences between intervals.
	 * @param fraction the fraction of each interval, from 0 to 1, that is left out at
	 * random
	 * @return the policy
	 */
	public RetryPolicy jitter(double fraction) {
		return new RetryPolicy(this.maxAttempts, this.firstRetryInterval, this.backoffCoefficient,
				this.maxRetryInterval, this.retryTimeout, fraction, this.nonRetryable);
	}

	/**
	 * This policy without retries for one more type of failure.
	 * @param type the type; its subtypes are not tried again either
	 * @return the policy
	 */
	public RetryPolicy notOn(Class<? extends Throwable> type) {
		Set<String> types = new HashSet<>(this.nonRetryable);
		types.add(type.getName());
		return new RetryPolicy(this.maxAttempts, this.firstRetryInterval, this.backoffCoefficient,
				this.maxRetryInterval, this.retryTimeout, this.jitter, types);
	}

	/**
	 * How long to wait before a retry, jitter left aside.
	 * @param retry which retry, from 0
	 * @return the interval
	 */
	public Duration interval(int retry) {
		double nanos = this.firstRetryInterval.getSeconds() * 1e9 + this.firstRetryInterval.getNano();
		double grown = nanos * Math.pow(this.backoffCoefficient, retry);
		Duration limit = this.maxRetryInterval;
		Duration interval = (grown >= Long.MAX_VALUE) ? Duration.ofNanos(Long.MAX_VALUE)
				: Duration.ofNanos((long) grown);
		return (limit != null && interval.compareTo(limit) > 0) ? limit : interval;
	}

}
