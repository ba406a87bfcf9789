package io.durablespring.runtime;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much a relay has in memory. What there is no room for stays in the outbox, for a
 * poll to find; and so does what comes later, until a poll has found everything: sent
 * from memory it would overtake what was left. Thread-safe.
 */
final class RelayRoom {

	private static final long MOST = 32 * 1024 * 1024;

	/** Of a heap that is small, others want their share. */
	private static final long SHARE = 16;

	private final long limit;

	private final AtomicLong taken = new AtomicLong();

	private final AtomicLong left = new AtomicLong();

	private volatile long found;

	/**
	 * Creates a room.
	 * @param limit how much it holds, in bytes as {@link MessageWeight} counts them; one
	 * entry may exceed it
	 */
	RelayRoom(long limit) {
		this.limit = limit;
	}

	static RelayRoom ofHeap() {
		return new RelayRoom(Math.min(MOST, Runtime.getRuntime().maxMemory() / SHARE));
	}

	boolean isFull() {
		return this.taken.get() >= this.limit;
	}

	/** Whether something was left, and no poll has found everything since. */
	boolean isBehind() {
		return this.left.get() != this.found;
	}

	/** Whether a new entry may be kept in memory; if not, it counts as left. */
	boolean admits() {
		if (isFull() || isBehind()) {
			leave();
			return false;
		}
		return true;
	}

	/**
	 * An entry is left. To be told again once it has been committed: a poll may have come
	 * by before.
	 */
	void leave() {
		this.left.incrementAndGet();
	}

	void take(long weight) {
		this.taken.addAndGet(weight);
	}

	/**
	 * Makes room again.
	 * @return whether there is enough by now for a poll to go and get what was left
	 */
	boolean free(long weight) {
		long after = this.taken.addAndGet(-weight);
		return after <= this.limit / 2 && after + weight > this.limit / 2 && isBehind();
	}

	/** What has been left so far: a poll takes this down before it looks. */
	long mark() {
		return this.left.get();
	}

	/** A poll has found nothing more of what had been left by its mark. */
	void foundAll(long mark) {
		this.found = mark;
	}

}
