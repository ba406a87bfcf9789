package io.durablespring;

/**
 * Thrown when an execution does more than {@code durable.orchestrations.max-actions}
 * allows. Once thrown, every further action throws it, and the instance fails even if the
 * code goes on.
 */
public class ActionLimitExceededException extends DurableException implements FailureDetails.NonRetryable {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param limit the limit
	 */
	public ActionLimitExceededException(int limit) {
		super(("Maximum amount of orchestration actions (%,d) has been reached. Let the orchestrator continueAsNew from "
				+ "time to time, split the work among sub-orchestrations, or raise durable.orchestrations.max-actions.")
			.formatted(limit));
	}

}
