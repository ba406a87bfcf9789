package io.durablespring.engine;

import java.lang.reflect.Type;

import org.jspecify.annotations.Nullable;

/**
 * The activity that a call means.
 *
 * @param name the activity's name
 * @param queue the activity's queue; {@code null} for the default
 * @param resultType the result's type
 */
public record ActivityTarget(String name, @Nullable String queue, Type resultType) {
}
