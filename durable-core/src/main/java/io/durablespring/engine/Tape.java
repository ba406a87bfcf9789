package io.durablespring.engine;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.PatchMarked;
import org.jspecify.annotations.Nullable;

/**
 * The events of an execution in their order: the past, which the code must repeat, and
 * what has arrived, which the code meets for the first time.
 */
final class Tape {

	private final Deque<HistoryEvent> past;

	private final Deque<HistoryEvent> arrived = new ArrayDeque<>();

	private int position;

	private boolean live;

	Tape(List<HistoryEvent> history) {
		this.past = new ArrayDeque<>(history);
	}

	void add(List<HistoryEvent> events) {
		this.arrived.addAll(events);
	}

	/** Whether the past is over. */
	boolean isLive() {
		return this.live;
	}

	/** How many events of the past are behind. */
	int position() {
		return this.position;
	}

	/** What the past has next, {@code null} if nothing. */
	@Nullable HistoryEvent recorded() {
		return this.past.peek();
	}

	/** What comes next from wherever. */
	@Nullable HistoryEvent ahead() {
		return rest().peek();
	}

	/** What has not been met yet, the past or else what has arrived. */
	Deque<HistoryEvent> rest() {
		return this.past.isEmpty() ? this.arrived : this.past;
	}

	Collection<HistoryEvent> arrived() {
		return this.arrived;
	}

	/** Takes what comes next, {@code null} if that has yet to arrive. */
	@Nullable HistoryEvent next() {
		if (!this.past.isEmpty()) {
			this.position++;
			return this.past.remove();
		}
		HistoryEvent event = this.arrived.poll();
		this.live |= event != null;
		return event;
	}

	/** Takes markers, which code that asks no more does not repeat; says how many. */
	int passMarkers() {
		int passed = 0;
		for (; this.past.peek() instanceof PatchMarked; passed++) {
			next();
		}
		return passed;
	}

}
