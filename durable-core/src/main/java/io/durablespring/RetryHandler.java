package io.durablespring;

/**
 * Decides whether a failed attempt is followed by another. Runs on the orchestrator's
 * thread, so it must be deterministic and must not wait.
 */
@FunctionalInterface
public interface RetryHandler {

	/**
	 * Decides.
	 * @param context what has happened so far
	 * @return whether to try again; the retry policy, if there is one, must agree
	 */
	boolean shouldRetry(RetryContext context);

}
