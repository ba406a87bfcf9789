package io.durablespring;

/**
 * Thrown by {@link Task#await()} when the task was cancelled.
 */
public class TaskCanceledException extends DurableException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param message what was cancelled
	 */
	public TaskCanceledException(String message) {
		super(message);
	}

}
