package io.durablespring.kafka;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;

/**
 * The messages to instances of one partition that need not go by the broker. Thread-safe.
 * <p>
 * What one sender has to say to one instance keeps its order, also where a part of it
 * goes by the broker: as long as something of that is not delivered, nothing passes it
 * here. Outcomes of calls may: nobody sends two of them one because of the other.
 */
final class DirectLane {

	/** What is here when a node dies is sent by others, but later than what is there. */
	private static final int MOST_ORDERED = 500;

	private final int partition;

	/** Held from the moment that messages are taken until their delivery has begun. */
	private final ReentrantLock turn = new ReentrantLock();

	private final Deque<Waiting> outcomes = new ArrayDeque<>();

	private final Deque<Waiting> ordered = new ArrayDeque<>();

	private boolean owned;

	private boolean awake;

	private int sending;

	private long lastSent = -1;

	private long nextDelivered = -1;

	DirectLane(int partition) {
		this.partition = partition;
	}

	int partition() {
		return this.partition;
	}

	ReentrantLock turn() {
		return this.turn;
	}

	/** Whether this node has the partition. */
	synchronized void own(boolean now) {
		this.owned = now;
	}

	synchronized boolean isOwned() {
		return this.owned;
	}

	/** Whether a message is here now; if not, it has to go by the broker. */
	synchronized boolean offer(Waiting message) {
		if (!message.isOrdered()) {
			return this.owned && this.outcomes.add(message);
		}
		boolean accepted = this.ordered.isEmpty() ? this.owned && isCaughtUp()
				// What has to go by the broker after all goes together.
				: this.ordered.size() < MOST_ORDERED || !this.owned;
		return accepted && this.ordered.add(message);
	}

	/** Whether nothing that this node has sent by the broker is still under way. */
	private boolean isCaughtUp() {
		return this.sending == 0 && (this.lastSent < 0 || this.nextDelivered > this.lastSent);
	}

	/** Whether somebody has to be told that messages wait here. */
	synchronized boolean wakes() {
		boolean wakes = !this.awake && !(this.ordered.isEmpty() && this.outcomes.isEmpty());
		this.awake |= wakes;
		return wakes;
	}

	/** Takes messages: all that have an order, and some of the others. */
	synchronized void takeTo(List<Waiting> taken, int limit) {
		this.awake = false;
		taken.addAll(this.ordered);
		this.ordered.clear();
		while (taken.size() < limit && !this.outcomes.isEmpty()) {
			taken.add(this.outcomes.remove());
		}
	}

	/**
	 * Gives messages to the broker, and all that has come after them. Nothing comes in
	 * meanwhile, or it would pass them.
	 * @param taken what has been taken and could not be delivered
	 */
	synchronized void detour(List<Waiting> taken, Throwable reason) {
		List<Waiting> all = new ArrayList<>(taken);
		takeTo(all, Integer.MAX_VALUE);
		all.forEach((message) -> message.delivered().completeExceptionally(reason));
	}

	/** A message with an order goes by the broker. */
	synchronized void sending() {
		this.sending++;
	}

	/**
	 * The broker has it, or has failed to take it.
	 * @param offset where it is; negative if it is nowhere
	 */
	synchronized void sent(long offset) {
		this.sending--;
		this.lastSent = Math.max(this.lastSent, offset);
	}

	/** All that the broker had before an offset is delivered. */
	synchronized void delivered(long offset) {
		this.nextDelivered = offset;
	}

	/**
	 * A message that waits here.
	 *
	 * @param message the message
	 * @param delivered done when its consequence is durable
	 */
	record Waiting(Message.ToOrchestration message, CompletableFuture<Void> delivered) {

		boolean isOrdered() {
			return DirectLane.isOrdered(this.message);
		}

	}

	/** Whether it matters what a message comes after. */
	static boolean isOrdered(Message.ToOrchestration message) {
		return !(message.event() instanceof HistoryEvent.Completion);
	}

}
