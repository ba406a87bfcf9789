package io.durablespring.spi;

import io.durablespring.history.ExecutionIds;

/**
 * What a large value is kept for. Values of one holder go together; a read takes the
 * value of any.
 *
 * @param instanceId the instance
 * @param name what of the instance: empty for what its history refers to
 */
public record PayloadHolder(String instanceId, String name) {

	private static final String EVENT = "event:";

	/**
	 * What an instance's history and its row refer to.
	 * @param instanceId the instance
	 * @return the holder
	 */
	public static PayloadHolder history(String instanceId) {
		return new PayloadHolder(instanceId, "");
	}

	/**
	 * A call of an activity or a sub-orchestration: its outcome, and its input once the
	 * history that has it is gone. A rewind of the execution goes on with the outcome, so
	 * it has the same holder.
	 * @param instanceId the instance that called
	 * @param executionId the execution that called
	 * @param taskId the task of the call
	 * @return the holder
	 */
	public static PayloadHolder call(String instanceId, String executionId, int taskId) {
		return new PayloadHolder(instanceId, calls(executionId) + taskId);
	}

	/**
	 * How the names of all holders begin that are calls of an execution.
	 * @param executionId the execution
	 * @return the beginning
	 */
	public static String calls(String executionId) {
		return ExecutionIds.generation(executionId) + ":";
	}

	/**
	 * An external event that its instance has not taken in yet.
	 * @param instanceId the instance that it is sent to
	 * @param messageId the id of its message
	 * @return the holder of what it carries
	 */
	public static PayloadHolder event(String instanceId, String messageId) {
		return new PayloadHolder(instanceId, EVENT + messageId);
	}

	/**
	 * The start that an external event brings.
	 * @param instanceId the instance that it is sent to
	 * @param messageId the id of its message
	 * @return the holder of the start's input
	 */
	public static PayloadHolder startInEvent(String instanceId, String messageId) {
		return new PayloadHolder(instanceId, EVENT + messageId + ":start");
	}

	/**
	 * Whether the values are on their way to whichever instance has the id when they
	 * arrive: then they outlive the one that has it now.
	 * @return whether they are
	 */
	public boolean isOnItsWay() {
		return this.name.startsWith(EVENT);
	}

}
