package io.durablespring.programs;

import java.time.Duration;

import io.durablespring.CallOptions;
import io.durablespring.RetryPolicy;

/**
 * How a call is tried again.
 *
 * @param kind what decides
 * @param attempts how many attempts there are
 * @param millis the time between the first two
 */
public record Retry(Kind kind, int attempts, int millis) {

	static final Retry NONE = new Retry(Kind.NONE, 1, 0);

	CallOptions options() {
		Duration interval = Duration.ofMillis(this.millis);
		return switch (this.kind) {
			case NONE -> CallOptions.defaults();
			case POLICY -> CallOptions.retry(RetryPolicy.of(this.attempts, interval));
			case BACKOFF -> CallOptions
				.retry(RetryPolicy.of(this.attempts, interval).backoff(2).maxInterval(interval.multipliedBy(3)));
			case HANDLER -> CallOptions.defaults().handler((retry) -> retry.lastAttempt() < this.attempts);
			case BOTH -> CallOptions.retry(RetryPolicy.of(this.attempts + 1, interval))
				.handler((retry) -> retry.lastAttempt() < this.attempts);
		};
	}

	/** What decides on retries. */
	public enum Kind {

		/** Nothing: there are none. */
		NONE,

		/** A policy with equal intervals. */
		POLICY,

		/** A policy with growing intervals. */
		BACKOFF,

		/** A handler; retries come at once. */
		HANDLER,

		/** A handler besides a policy. */
		BOTH

	}

}
