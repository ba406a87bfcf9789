package io.durablespring.engine;

import io.durablespring.Payload;
import org.jspecify.annotations.Nullable;

/**
 * What the code wants to continue as new with.
 *
 * @param input the next execution's input
 * @param preserveEvents whether it gets the external events that nobody has waited for
 * @param newVersion its version; {@code null} for the same
 */
record Restart(@Nullable Payload input, boolean preserveEvents, @Nullable String newVersion) implements Departure {
}
