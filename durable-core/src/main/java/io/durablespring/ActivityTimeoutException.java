package io.durablespring;

/**
 * Thrown for an activity that has run for too long, or too long without a sign of life.
 * Trying again may help.
 */
public class ActivityTimeoutException extends DurableException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param message which activity, and which time is over
	 */
	public ActivityTimeoutException(String message) {
		super(message, null);
	}

}
