package io.durablespring.history;

import io.durablespring.Payload;
import org.jspecify.annotations.Nullable;

/**
 * Something on its way between nodes. A message may arrive twice, late or out of order.
 */
public sealed interface Message {

	/**
	 * What tells this message from others; a message that is sent again keeps it.
	 * @return the id
	 */
	String id();

	/**
	 * The instance it belongs to. Messages to one instance travel in order.
	 * @return the instance id
	 */
	String instanceId();

	/**
	 * To an instance: an event that it has not taken in yet.
	 *
	 * @param id the message's id
	 * @param instanceId the instance it is for
	 * @param executionId the execution it is for; {@code null} for whichever is current
	 * @param event the event
	 */
	record ToOrchestration(String id, String instanceId, @Nullable String executionId,
			HistoryEvent event) implements Message {

		/**
		 * A message whose identity is the execution's task that it completes.
		 * @param instanceId the instance
		 * @param executionId the execution
		 * @param completion the outcome of the task
		 * @return the message, with an id that is the same each time
		 */
		public static ToOrchestration completion(String instanceId, String executionId,
				HistoryEvent.Completion completion) {
			return new ToOrchestration(executionId + ":" + completion.taskId() + ":done", instanceId, executionId,
					completion);
		}

	}

	/**
	 * To a worker: run an activity.
	 *
	 * @param id the message's id
	 * @param instanceId the instance that called
	 * @param executionId the execution that called
	 * @param taskId the task to complete
	 * @param name the activity's name
	 * @param queue the activity's queue; {@code null} for the default
	 * @param input the input
	 */
	record ToActivity(String id, String instanceId, String executionId, int taskId, String name, @Nullable String queue,
			@Nullable Payload input) implements Message {

		/**
		 * The message for a recorded call.
		 * @param instanceId the instance that called
		 * @param executionId the execution that called
		 * @param call the call
		 * @return the message, with an id that is the same each time
		 */
		public static ToActivity of(String instanceId, String executionId, HistoryEvent.TaskScheduled call) {
			return new ToActivity(executionId + ":" + call.taskId(), instanceId, executionId, call.taskId(),
					call.name(), call.queue(), call.input());
		}

	}

}
