package io.durablespring;

/**
 * Thrown by {@link Task#await()} when the task's work ended with an exception.
 */
public class TaskFailedException extends DurableException {

	private static final long serialVersionUID = 1L;

	private final String taskName;

	private final int taskId;

	private final transient FailureDetails failure;

	/**
	 * Creates the exception.
	 * @param taskName the activity's or orchestrator's name
	 * @param taskId the task's position among the orchestration's actions, from 0
	 * @param failure what happened
	 */
	public TaskFailedException(String taskName, int taskId, FailureDetails failure) {
		super("Task '%s' (#%d) failed with an unhandled exception: %s".formatted(taskName, taskId, failure));
		this.taskName = taskName;
		this.taskId = taskId;
		this.failure = failure;
	}

	/**
	 * The name of what failed.
	 * @return the activity's or orchestrator's name
	 */
	public String taskName() {
		return this.taskName;
	}

	/**
	 * The task's position among the orchestration's actions.
	 * @return the position, from 0
	 */
	public int taskId() {
		return this.taskId;
	}

	/**
	 * What happened.
	 * @return the details of the remote exception
	 */
	public FailureDetails failure() {
		return this.failure;
	}

}
