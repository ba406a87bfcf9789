package io.durablespring.history;

import java.util.Map;

import io.durablespring.FailureDetails;
import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent.EventRaised;
import org.jspecify.annotations.Nullable;

/**
 * What events take in memory, roughly and in bytes: enough to keep a bound, without
 * encoding them for that.
 */
public final class EventWeight {

	/** Ids, names and the objects themselves. */
	private static final long EACH = 250;

	private EventWeight() {
	}

	/**
	 * Weighs an event.
	 * @param event the event
	 * @return its weight
	 */
	public static long of(HistoryEvent event) {
		long start = (event instanceof EventRaised raised && raised.start() != null) ? of(raised.start()) : 0;
		return EACH + start + of(event.payload()) + of(event.failure()) + length(event.reason()) + of(event.tags());
	}

	/**
	 * Weighs a value, with what it refers to if that is at hand.
	 * @param payload the value
	 * @return its weight
	 */
	public static long of(@Nullable Payload payload) {
		return (payload != null) ? payload.json().length() + length(payload.content()) : 0;
	}

	private static long of(@Nullable FailureDetails failure) {
		return (failure != null) ? length(failure.message()) + length(failure.stackTrace()) + of(failure.properties())
				+ of(failure.cause()) : 0;
	}

	private static long of(@Nullable Map<String, String> texts) {
		long sum = 0;
		if (texts != null) {
			for (Map.Entry<String, String> text : texts.entrySet()) {
				sum += text.getKey().length() + text.getValue().length();
			}
		}
		return sum;
	}

	private static long length(@Nullable String text) {
		return (text != null) ? text.length() : 0;
	}

}
