package io.durablespring.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.durablespring.history.HistoryEvent.EventRaised;

/**
 * External events that nobody has waited for yet, and waits whose event has not come: for
 * one name, there are never both. Confined to the orchestrator's thread.
 */
final class ExternalEvents {

	private final Map<String, Deque<Kept>> kept = new HashMap<>();

	private final Map<String, Deque<EventWait<?>>> waiting = new HashMap<>();

	private long arrivals;

	/** Gives an event to who waits the longest, or keeps it. */
	void raise(EventRaised event) {
		String name = key(event.name());
		Deque<EventWait<?>> waits = this.waiting.get(name);
		if (waits == null) {
			this.kept.computeIfAbsent(name, (key) -> new ArrayDeque<>()).add(new Kept(this.arrivals++, event));
			return;
		}
		EventWait<?> first = waits.remove();
		if (waits.isEmpty()) {
			this.waiting.remove(name);
		}
		first.take(event);
	}

	/** Gives the wait the first event that is kept for it, or has it wait. */
	void await(EventWait<?> wait) {
		String name = key(wait.name());
		Deque<Kept> events = this.kept.get(name);
		if (events == null) {
			this.waiting.computeIfAbsent(name, (key) -> new ArrayDeque<>()).add(wait);
			return;
		}
		EventRaised event = events.remove().event();
		if (events.isEmpty()) {
			this.kept.remove(name);
		}
		wait.take(event);
	}

	/** The wait is given up: it must not use up an event. */
	void forget(EventWait<?> wait) {
		this.waiting.computeIfPresent(key(wait.name()), (name, waits) -> {
			waits.remove(wait);
			return waits.isEmpty() ? null : waits;
		});
	}

	/** What is kept, in the order in which it came. */
	List<EventRaised> unprocessed() {
		List<Kept> all = new ArrayList<>();
		this.kept.values().forEach(all::addAll);
		all.sort(Comparator.comparingLong(Kept::arrival));
		return all.stream().map(Kept::event).toList();
	}

	/** The same for names that {@link String#equalsIgnoreCase} finds equal. */
	private static String key(String name) {
		char[] folded = name.toCharArray();
		for (int i = 0; i < folded.length; i++) {
			folded[i] = Character.toLowerCase(Character.toUpperCase(folded[i]));
		}
		return new String(folded);
	}

	private record Kept(long arrival, EventRaised event) {
	}

}
