package io.durablespring.kafka;

/**
 * How far the messages are that this node has sent to one partition of the orchestrations
 * topic, and whether they come back to it. Thread-safe, and never held while anything is
 * sent.
 */
final class PartitionPosition {

	private boolean owned;

	private int sending;

	private long lastSent = -1;

	private long nextDelivered = -1;

	/** Whether this node has the partition from now on. */
	synchronized void own(boolean now) {
		this.owned = now;
	}

	synchronized boolean isOwned() {
		return this.owned;
	}

	/** A message goes by the broker. */
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
	 * Whether a message that this node delivers itself passes none that it has sent
	 * before.
	 */
	synchronized boolean isCaughtUp() {
		return this.owned && this.sending == 0 && (this.lastSent < 0 || this.nextDelivered > this.lastSent);
	}

}
