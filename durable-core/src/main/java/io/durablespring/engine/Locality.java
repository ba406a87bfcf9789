package io.durablespring.engine;

/**
 * Where calls of an activity run, unless they say so themselves.
 *
 * @param possible whether this node has the activity
 * @param wanted whether calls are to run on the node that has the instance
 * @param checkpoint whether the outcome of such a call is stored before the next one
 * begins
 */
public record Locality(boolean possible, boolean wanted, boolean checkpoint) {

	/** For activities that this node does not have. */
	public static final Locality ELSEWHERE = new Locality(false, false, true);

}
