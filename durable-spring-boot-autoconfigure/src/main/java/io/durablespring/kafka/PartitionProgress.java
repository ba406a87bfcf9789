package io.durablespring.kafka;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Which records of one partition are done. Only the consumer's thread calls it; only
 * {@link Slot#done()} may be called by any thread.
 */
final class PartitionProgress {

	private final Deque<Slot> slots = new ArrayDeque<>();

	private final long endAtAssignment;

	private long position = -1;

	private long committed = -1;

	private volatile boolean revoked;

	/**
	 * Starts at an assignment of the partition to this node.
	 * @param endAtAssignment the partition's end at that time: records before it may have
	 * been delivered to its previous owner
	 */
	PartitionProgress(long endAtAssignment) {
		this.endAtAssignment = endAtAssignment;
	}

	Slot add(long offset) {
		Slot slot = new Slot(offset);
		this.slots.add(slot);
		return slot;
	}

	boolean mayBeOld(long offset) {
		return offset < this.endAtAssignment;
	}

	/**
	 * The offset to commit: that of the first record that is not done.
	 * @return the offset, negative if it has been committed already
	 */
	long committable() {
		while (!this.slots.isEmpty() && this.slots.peek().done) {
			this.position = this.slots.remove().offset + 1;
		}
		return (this.position > this.committed) ? this.position : -1;
	}

	void committed(long offset) {
		this.committed = Math.max(this.committed, offset);
	}

	void revoke() {
		this.revoked = true;
	}

	boolean isRevoked() {
		return this.revoked;
	}

	/**
	 * A record that has been delivered.
	 */
	static final class Slot {

		private final long offset;

		private volatile boolean done;

		private Slot(long offset) {
			this.offset = offset;
		}

		void done() {
			this.done = true;
		}

	}

}
