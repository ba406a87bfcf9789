package io.durablespring;

import org.jspecify.annotations.Nullable;

/**
 * A timer that survives restarts. A timer that is neither awaited nor cancelled does not
 * keep its orchestration from finishing.
 */
public interface DurableTimer extends CancelableTask<@Nullable Void> {

}
