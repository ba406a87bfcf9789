package io.durablespring.local;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

import io.durablespring.history.HistoryCodec;
import io.durablespring.history.Message;
import io.durablespring.spi.DeadLetterQueue;

/**
 * Dead letters in memory, the last hundred. Thread-safe.
 */
final class LocalDeadLetters implements DeadLetterQueue {

	private static final int KEPT = 100;

	private final Deque<Kept> kept = new ArrayDeque<>();

	private final Consumer<Message> sender;

	private long total;

	/**
	 * Creates a queue that is empty.
	 * @param sender sends a message again; returns without waiting for what comes of it
	 */
	LocalDeadLetters(Consumer<Message> sender) {
		this.sender = sender;
	}

	synchronized void add(Message message, String reason) {
		this.total++;
		if (this.kept.size() == KEPT) {
			this.kept.remove();
		}
		this.kept.add(new Kept(message, letter(message, reason)));
	}

	private DeadLetter letter(Message message, String reason) {
		return new DeadLetter(Instant.now(), String.valueOf(this.total), origin(message), message.instanceId(),
				message.id(), type(message), reason, null);
	}

	private static String origin(Message message) {
		if (message instanceof Message.ToActivity call) {
			return (call.queue() != null) ? "activities." + call.queue() : "activities";
		}
		return (message instanceof Message.ToVersion) ? "versions" : "orchestrations";
	}

	private static String type(Message message) {
		if (message instanceof Message.ToVersion other) {
			return type(other.message());
		}
		return (message instanceof Message.ToOrchestration event) ? HistoryCodec.nameOf(event.event().getClass())
				: "ExecuteActivity";
	}

	/**
	 * How many have been put aside since the process began.
	 */
	synchronized long total() {
		return this.total;
	}

	synchronized List<String> texts() {
		return this.kept.stream()
			.map((one) -> "%s of instance '%s': %s".formatted(one.letter().messageId(), one.letter().instanceId(),
					one.letter().reason()))
			.toList();
	}

	@Override
	public synchronized long count() {
		return this.kept.size();
	}

	@Override
	public synchronized List<DeadLetter> list(int limit) {
		if (limit < 1) {
			throw new IllegalArgumentException("limit must be at least 1, not " + limit);
		}
		return this.kept.stream().limit(limit).map(Kept::letter).toList();
	}

	/**
	 * Under the lock: two at once would mix up the order. What fails at once comes back
	 * behind those that wait now, so the end is known beforehand.
	 */
	@Override
	public synchronized Redriven redrive() {
		int waiting = this.kept.size();
		for (int i = 0; i < waiting; i++) {
			Kept next = this.kept.remove();
			try {
				this.sender.accept(next.message());
			}
			catch (RuntimeException ex) {
				this.kept.addFirst(next);
				throw ex;
			}
		}
		return new Redriven(waiting, 0);
	}

	private record Kept(Message message, DeadLetter letter) {
	}

}
