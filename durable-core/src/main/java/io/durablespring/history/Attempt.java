package io.durablespring.history;

import io.durablespring.RetryPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Which attempt of a call it is that may be tried again.
 *
 * @param number the number, from 1
 * @param firstTaskId the task of the first attempt
 * @param policy when there is another; recorded with the first attempt only, and
 * {@code null} where a handler decides alone
 */
public record Attempt(int number, int firstTaskId, @Nullable RetryPolicy policy) {
}
