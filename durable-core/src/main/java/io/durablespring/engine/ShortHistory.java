package io.durablespring.engine;

import java.util.ArrayList;
import java.util.List;

import io.durablespring.history.EventWeight;
import io.durablespring.history.HistoryEvent;
import org.jspecify.annotations.Nullable;

/**
 * The events of an execution, as long as they are few and small. Those of long executions
 * are let go: whoever waits for days must not keep them.
 */
final class ShortHistory {

	/** In bytes, as {@link EventWeight} counts them: that of some thirty events. */
	private static final long MOST = 8 * 1024;

	private @Nullable List<HistoryEvent> events = new ArrayList<>();

	private long weight;

	void add(List<HistoryEvent> added) {
		if (this.events == null) {
			return;
		}
		for (HistoryEvent event : added) {
			this.weight += EventWeight.of(event);
			if (this.weight > MOST) {
				this.events = null;
				return;
			}
			this.events.add(event);
		}
	}

	/** All events, {@code null} if they are many or large. */
	@Nullable List<HistoryEvent> events() {
		return this.events;
	}

}
