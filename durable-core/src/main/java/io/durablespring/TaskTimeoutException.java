package io.durablespring;

/**
 * Thrown by {@link Task#await()} when what the task waited for did not come in time.
 */
public class TaskTimeoutException extends TaskCanceledException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param message what was waited for, and for how long
	 */
	public TaskTimeoutException(String message) {
		super(message);
	}

}
