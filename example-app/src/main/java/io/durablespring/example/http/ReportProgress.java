package io.durablespring.example.http;

import org.jspecify.annotations.Nullable;

/**
 * How far a report is.
 *
 * @param status the instance's status
 * @param progress what it says of itself
 */
record ReportProgress(String status, @Nullable String progress) {
}
