package io.durablespring;

import java.time.Duration;

/**
 * What a {@link RetryHandler} decides by.
 *
 * @param orchestration the orchestration that made the call
 * @param lastAttempt the number of the attempt that failed, from 1
 * @param lastFailure how it failed
 * @param totalRetryTime the time since the first attempt
 */
public record RetryContext(OrchestrationContext orchestration, int lastAttempt, FailureDetails lastFailure,
		Duration totalRetryTime) {
}
