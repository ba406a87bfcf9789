package io.durablespring;

/**
 * The runtime status of an orchestration instance. The names are stored and never change.
 */
public enum InstanceStatus {

	/** Accepted, and not run yet. */
	PENDING,

	/** Running or waiting. */
	RUNNING,

	/** Held: messages are kept and nothing runs until it is resumed. */
	SUSPENDED,

	/** Returned normally. */
	COMPLETED,

	/** Ended by an exception. */
	FAILED,

	/** Ended by an operator. */
	TERMINATED;

	/**
	 * Whether the instance has ended and will not change by itself.
	 * @return whether this is one of the final statuses
	 */
	public boolean isFinished() {
		return this == COMPLETED || this == FAILED || this == TERMINATED;
	}

}
