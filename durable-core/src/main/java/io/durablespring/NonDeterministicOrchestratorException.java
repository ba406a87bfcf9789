package io.durablespring;

/**
 * The orchestrator's code did something else than its recorded history says. The instance
 * is suspended with this as the reason, and can be resumed once the code fits again.
 */
public class NonDeterministicOrchestratorException extends DurableException implements FailureDetails.NonRetryable {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param message the position in history, what history has there and what the code
	 * did
	 */
	public NonDeterministicOrchestratorException(String message) {
		super(message);
	}

}
