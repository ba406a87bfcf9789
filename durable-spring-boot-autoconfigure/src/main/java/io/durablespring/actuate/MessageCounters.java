package io.durablespring.actuate;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import io.durablespring.history.Message;
import io.durablespring.spi.RuntimeListener;

/**
 * Counts the messages of this node that went nowhere, since it started.
 */
public final class MessageCounters implements RuntimeListener {

	private final Map<String, LongAdder> dropped = new ConcurrentHashMap<>();

	private final LongAdder deadLettered = new LongAdder();

	@Override
	public void messageDropped(Message message, String reason) {
		this.dropped.computeIfAbsent(reason, (key) -> new LongAdder()).increment();
	}

	@Override
	public void messageDeadLettered(Message message, String reason) {
		this.deadLettered.increment();
	}

	/**
	 * The messages that had no consequence any more.
	 * @return the count by reason
	 */
	public Map<String, Long> dropped() {
		Map<String, Long> counts = new TreeMap<>();
		this.dropped.forEach((reason, count) -> counts.put(reason, count.sum()));
		return counts;
	}

	/**
	 * The messages that were put aside because they cannot be processed.
	 * @return the count
	 */
	public long deadLettered() {
		return this.deadLettered.sum();
	}

}
