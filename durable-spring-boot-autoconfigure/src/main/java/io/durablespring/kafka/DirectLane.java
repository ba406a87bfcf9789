package io.durablespring.kafka;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

import io.durablespring.history.Message;
import org.apache.kafka.common.KafkaException;

/**
 * The messages of a node to its own instances that need not go by the broker.
 * Thread-safe; one thread takes and delivers them.
 * <p>
 * Messages to one instance keep their order, also where a part of them goes by the
 * broker: as long as one of them is here, the next one comes here, and as long as one is
 * on its way by the broker, the next one goes there.
 */
final class DirectLane {

	private final Deque<Waiting> waiting = new ArrayDeque<>();

	/** By instance, how many messages wait here or are being delivered. */
	private final Map<String, Integer> present = new HashMap<>();

	private boolean closed;

	/**
	 * Takes a message, or leaves it to the broker.
	 * @param message the message
	 * @param idle whether nothing is being delivered: what comes meanwhile is collected
	 * by the broker, and makes one batch
	 * @return whether it is here now
	 */
	synchronized boolean offer(Waiting message, BooleanSupplier idle) {
		boolean accepted = this.present.containsKey(message.instanceId())
				|| (!this.closed && message.isCaughtUp() && idle.getAsBoolean());
		if (accepted) {
			this.present.merge(message.instanceId(), 1, Integer::sum);
			this.waiting.add(message);
			notifyAll();
		}
		return accepted;
	}

	/**
	 * Waits until there are messages, and takes some.
	 * @return the messages; empty if the lane is closed
	 */
	synchronized List<Waiting> take(int limit) throws InterruptedException {
		List<Waiting> taken = new ArrayList<>();
		while (taken.isEmpty() && !this.closed) {
			while (this.waiting.isEmpty() && !this.closed) {
				wait();
			}
			while (taken.size() < limit && !this.waiting.isEmpty()) {
				Waiting next = this.waiting.remove();
				if (next.position().isOwned()) {
					taken.add(next);
				}
				else {
					detour(next, new KafkaException("Another node has the partition"));
				}
			}
		}
		return taken;
	}

	/** Messages that were taken are delivered. */
	void delivered(List<Waiting> taken) {
		synchronized (this) {
			taken.forEach(this::leave);
		}
		taken.forEach((message) -> message.delivered().complete(null));
	}

	/**
	 * Gives messages to the broker that were taken, and all that has come after them.
	 * Nothing comes in meanwhile, or it would pass them.
	 */
	synchronized void detour(List<Waiting> taken, Throwable reason) {
		taken.forEach((message) -> detour(message, reason));
		while (!this.waiting.isEmpty()) {
			detour(this.waiting.remove(), reason);
		}
	}

	private void detour(Waiting message, Throwable reason) {
		message.delivered().completeExceptionally(reason);
		leave(message);
	}

	private void leave(Waiting message) {
		this.present.computeIfPresent(message.instanceId(), (id, count) -> (count > 1) ? count - 1 : null);
	}

	/** Ends all taking: what still waits is for the broker. */
	synchronized void close() {
		this.closed = true;
		notifyAll();
	}

	synchronized boolean isClosed() {
		return this.closed;
	}

	/**
	 * A message that waits here.
	 *
	 * @param message the message
	 * @param position how far others are that this node has sent to its partition
	 * @param delivered done when its consequence is durable; failed, on a thread that
	 * holds up all others, when it must go by the broker
	 */
	record Waiting(Message.ToOrchestration message, PartitionPosition position, CompletableFuture<Void> delivered) {

		Waiting(Message.ToOrchestration message, PartitionPosition position) {
			this(message, position, new CompletableFuture<>());
		}

		String instanceId() {
			return this.message.instanceId();
		}

		boolean isCaughtUp() {
			return this.position.isCaughtUp();
		}

	}

}
