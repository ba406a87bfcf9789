package io.durablespring.runtime;

import java.lang.reflect.Method;
import java.time.Duration;

import io.durablespring.Activity;
import org.jspecify.annotations.Nullable;

/**
 * How long calls of an activity may run.
 *
 * @param startToClose from beginning to end; {@code null} for no limit
 * @param heartbeat between two signs of life; {@code null} for no limit
 */
public record ActivityTimeouts(@Nullable Duration startToClose, @Nullable Duration heartbeat) {

	/** No limits. */
	public static final ActivityTimeouts NONE = new ActivityTimeouts(null, null);

	static ActivityTimeouts of(Activity annotation, Method method) {
		return new ActivityTimeouts(positive("startToCloseTimeout", annotation.startToCloseTimeout(), method),
				positive("heartbeatTimeout", annotation.heartbeatTimeout(), method));
	}

	private static @Nullable Duration positive(String attribute, String text, Method method) {
		String problem = "must be more than nothing";
		try {
			Duration duration = AnnotatedDuration.parse(text);
			if (duration == null || (!duration.isZero() && !duration.isNegative())) {
				return duration;
			}
		}
		catch (IllegalArgumentException ex) {
			problem = String.valueOf(ex.getMessage());
		}
		throw new InvalidDefinitionException(method, "has an illegal " + attribute + ": " + problem,
				"Durations are written as 500ms, 5s, 2m, 1h or 1d.");
	}

}
