package io.durablespring.kafka;

import java.util.concurrent.ConcurrentSkipListSet;

/**
 * Which records of one partition are done. It remembers those that are not: however many
 * are done behind one that takes hours, they cost no memory. Only the consumer's thread
 * calls it; only {@link Slot#done()} may be called by any thread.
 */
final class PartitionProgress {

	private final ConcurrentSkipListSet<Long> open = new ConcurrentSkipListSet<>();

	private final long endAtAssignment;

	private long next = -1;

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
		if (this.next < 0) {
			// Where it began is nothing to commit.
			this.committed = Math.max(this.committed, offset);
		}
		this.open.add(offset);
		this.next = Math.max(this.next, offset + 1);
		return () -> this.open.remove(offset);
	}

	boolean mayBeOld(long offset) {
		return offset < this.endAtAssignment;
	}

	/**
	 * The offset to commit: that of the first record that is not done.
	 * @return the offset, negative if it has been committed already
	 */
	long committable() {
		Long first = this.open.ceiling(0L);
		long position = (first != null) ? first : this.next;
		return (position > this.committed) ? position : -1;
	}

	void committed(long offset) {
		this.committed = Math.max(this.committed, offset);
	}

	/** How many records are not done. */
	int open() {
		return this.open.size();
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
	@FunctionalInterface
	interface Slot {

		void done();

	}

}
