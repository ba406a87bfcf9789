package io.durablespring.runtime;

import java.time.Duration;

/**
 * How a node behaves.
 *
 * @param cachedExecutions how many parked executions are kept at most, besides those of
 * batches that are being processed
 * @param maxConcurrentActivities how many activities run at once at most
 * @param maxPayloadBytes how large a serialised value may be, in UTF-8 bytes
 * @param claimTime how long an outbox entry belongs to a node that does not extend its
 * claim; after a crash others take over after this time
 * @param pollInterval how often the outbox is looked at for due entries
 * @param receivedRetention how long ids of received messages are kept; longer than any
 * redelivery
 * @param drainTimeout how long stopping waits for running activities
 * @param failureStackTraces whether failure details keep stack traces
 * @param failNonDeterministic whether an instance whose code no longer fits its history
 * fails; otherwise it is suspended
 * @param verifyInputs whether replay compares the inputs of calls, too
 * @param requireRegisteredNames whether the client refuses to start orchestrators that
 * this node does not have
 */
public record RuntimeSettings(int cachedExecutions, int maxConcurrentActivities, int maxPayloadBytes,
		Duration claimTime, Duration pollInterval, Duration receivedRetention, Duration drainTimeout,
		boolean failureStackTraces, boolean failNonDeterministic, boolean verifyInputs,
		boolean requireRegisteredNames) {

	/**
	 * The default settings.
	 * @return the settings
	 */
	public static RuntimeSettings defaults() {
		return new RuntimeSettings(1000, 10 * Runtime.getRuntime().availableProcessors(), 900_000,
				Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofDays(7), Duration.ofSeconds(20), true, false,
				false, true);
	}

}
