package io.durablespring.engine;

import java.io.Serializable;

import org.jspecify.annotations.Nullable;

/**
 * Finds the activity that a call means. Thread-safe.
 */
public interface ActivityResolver {

	/**
	 * The activity that a method reference names.
	 * @param reference one of the shapes of {@link io.durablespring.ActivityMethod}
	 * @return the activity
	 * @throws IllegalArgumentException if it names no activity
	 */
	ActivityTarget resolve(Serializable reference);

	/**
	 * The queue of an activity.
	 * @param activity the activity's name
	 * @return the queue; {@code null} for the default or if this node does not know the
	 * activity
	 */
	@Nullable String queueOf(String activity);

}
