package io.durablespring.engine;

import java.util.ArrayList;
import java.util.List;

import io.durablespring.Payload;
import io.durablespring.history.EventWeight;
import io.durablespring.history.HistoryEvent;
import org.jspecify.annotations.Nullable;

/**
 * The events of an execution, as long as they are few and small. Those of a long one are
 * let go: whoever waits for days must not keep them. A large value makes a history long,
 * for each replay has to read it from where it is stored.
 */
final class ShortHistory {

	private final long most;

	private @Nullable List<HistoryEvent> events = new ArrayList<>();

	private long weight;

	/**
	 * Creates an empty history.
	 * @param most up to what weight it is short, as {@link EventWeight} counts it
	 */
	ShortHistory(long most) {
		this.most = most;
	}

	void add(List<HistoryEvent> added) {
		if (this.events != null) {
			this.events.addAll(added);
			this.weight += added.stream().mapToLong(this::weigh).sum();
		}
	}

	private long weigh(HistoryEvent event) {
		Payload value = event.payload();
		return (value != null && value.referenceId() != null) ? this.most : EventWeight.of(event);
	}

	boolean isShort() {
		return this.weight < this.most;
	}

	/** All events, also of a history that has become long by now. */
	List<HistoryEvent> all() {
		return (this.events != null) ? this.events : List.of();
	}

	void letGo() {
		this.events = null;
	}

	/** All events, {@code null} if they are many or large. */
	@Nullable List<HistoryEvent> events() {
		return isShort() ? this.events : null;
	}

}
