package io.durablespring.example.cleanup;

import java.time.Duration;

import io.durablespring.DailyTime;

/**
 * When to clean up, and what.
 *
 * @param daily when
 * @param keep how long finished instances are kept
 */
record CleanupPlan(DailyTime daily, Duration keep) {
}
