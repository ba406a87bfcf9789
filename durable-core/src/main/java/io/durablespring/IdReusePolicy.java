package io.durablespring;

/**
 * What a start does when its instance id is taken. Whatever the policy, of concurrent
 * starts with one id exactly one creates the instance that runs.
 */
public enum IdReusePolicy {

	/**
	 * Replaces an instance that has finished, rejects the start if it has not. The
	 * default.
	 */
	REPLACE_FINISHED,

	/** Rejects the start, whatever the status of the other instance. */
	REJECT,

	/**
	 * Replaces the other instance; one that has not finished is terminated, its
	 * sub-orchestrations with it.
	 */
	REPLACE

}
