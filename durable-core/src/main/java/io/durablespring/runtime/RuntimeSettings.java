package io.durablespring.runtime;

import java.time.Duration;
import java.util.Map;

import io.durablespring.RetryPolicy;

/**
 * How a node behaves.
 *
 * @param cachedExecutions how many parked executions are kept at most, besides those of
 * batches that are being processed
 * @param maxConcurrentActivities how many activities run at once at most
 * @param payloads how large values are kept
 * @param claimTime how long an outbox entry belongs to a node that does not extend its
 * claim; after a crash others take over after this time
 * @param pollInterval how often the outbox is looked at for due entries
 * @param receivedRetention how long ids of received messages are kept; longer than any
 * redelivery
 * @param drainTimeout how long stopping waits for running activities
 * @param longestLook how long it takes at most until this node looks at instances again
 * that are awaited on it, in case no word of them has come
 * @param failureStackTraces whether failure details keep stack traces
 * @param failNonDeterministic whether an instance whose code no longer fits its history
 * fails; otherwise it is suspended
 * @param verifyInputs whether replay compares the inputs of calls, too
 * @param requireRegisteredNames whether the client refuses to start orchestrators that
 * this node does not have
 * @param limits what keeps orchestrators within bounds
 * @param versioning how versions of orchestrators are chosen
 * @param retryPolicies policies by activity name, which win over those of annotations;
 * that of the name {@code default} is for activities that have none
 */
public record RuntimeSettings(int cachedExecutions, int maxConcurrentActivities, Payloads payloads, Duration claimTime,
		Duration pollInterval, Duration receivedRetention, Duration drainTimeout, Duration longestLook,
		boolean failureStackTraces, boolean failNonDeterministic, boolean verifyInputs, boolean requireRegisteredNames,
		Limits limits, Versioning versioning, Map<String, RetryPolicy> retryPolicies) {

	public RuntimeSettings {
		retryPolicies = Map.copyOf(retryPolicies);
	}

	/**
	 * The default settings.
	 * @return the settings
	 */
	public static RuntimeSettings defaults() {
		return new RuntimeSettings(1000, 10 * Runtime.getRuntime().availableProcessors(), Payloads.defaults(),
				Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofDays(7), Duration.ofSeconds(20),
				Duration.ofSeconds(5), true, false, false, true, Limits.defaults(), Versioning.defaults(), Map.of());
	}

	/**
	 * How large values are kept.
	 *
	 * @param maxBytes how large a serialised value may be, in UTF-8 bytes
	 * @param threshold values of more UTF-8 bytes are stored once, and messages and
	 * history refer to them
	 */
	public record Payloads(int maxBytes, int threshold) {

		/**
		 * 64 MiB at most, 256 KiB within messages.
		 * @return the defaults
		 */
		public static Payloads defaults() {
			return new Payloads(64 * 1024 * 1024, 256 * 1024);
		}

	}

	/**
	 * What keeps orchestrators within bounds.
	 *
	 * @param maxActions how many actions an execution may do before it fails
	 * @param blockedAfter how long the code may run without waiting for a task before a
	 * warning names the line it is at
	 * @param maxBlocked how long it may do so before its instance is suspended
	 */
	public record Limits(int maxActions, Duration blockedAfter, Duration maxBlocked) {

		/**
		 * 100,000 actions, 5 seconds, 2 minutes.
		 * @return the defaults
		 */
		public static Limits defaults() {
			return new Limits(100_000, Duration.ofSeconds(5), Duration.ofMinutes(2));
		}

	}

}
