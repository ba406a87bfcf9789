package io.durablespring.history;

import java.time.Instant;
import java.util.Map;

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

		private static final int NO_TASK = Integer.MAX_VALUE;

		/**
		 * Whether this message is for an execution. Commands are for the instance: they
		 * also reach executions that continue the one they were sent to.
		 * @param current the execution
		 * @return whether it is
		 */
		public boolean concerns(String current) {
			return this.executionId == null || this.executionId.equals(current)
					|| (this.event instanceof HistoryEvent.Command
							&& ExecutionIds.root(this.executionId).equals(ExecutionIds.root(current)));
		}

		/**
		 * A message that says nothing new: whoever has the instance looks after calls
		 * that their node was to run.
		 * @param instanceId the instance
		 * @param executionId the execution
		 * @param now the current time
		 * @return the message, with an id that is the same each time
		 */
		public static ToOrchestration wakeUp(String instanceId, String executionId, Instant now) {
			// No timer has this number: a node that knows no better drops it.
			return completion(instanceId, executionId, new HistoryEvent.TimerFired(now, NO_TASK));
		}

		/**
		 * Whether this message only wakes its instance.
		 * @return whether it is one of {@link #wakeUp(String, String, Instant)}
		 */
		public boolean wakesUp() {
			return this.event instanceof HistoryEvent.TimerFired fired && fired.taskId() == NO_TASK;
		}

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
	 * @param attempt which attempt of the call it is, from 1
	 * @param tags the labels of the instance
	 * @param idempotencyKey the same for all attempts of a call, also after a rewind
	 */
	record ToActivity(String id, String instanceId, String executionId, int taskId, String name, @Nullable String queue,
			@Nullable Payload input, int attempt, Map<String, String> tags, String idempotencyKey) implements Message {

		public ToActivity {
			tags = Map.copyOf(tags);
		}

		/**
		 * A call that is the first attempt, of an instance without labels.
		 * @param id the message's id
		 * @param instanceId the instance that called
		 * @param executionId the execution that called
		 * @param taskId the task to complete
		 * @param name the activity's name
		 * @param queue the activity's queue; {@code null} for the default
		 * @param input the input
		 */
		public ToActivity(String id, String instanceId, String executionId, int taskId, String name,
				@Nullable String queue, @Nullable Payload input) {
			this(id, instanceId, executionId, taskId, name, queue, input, 1, Map.of(),
					ExecutionIds.generation(executionId) + ":" + taskId);
		}

		/**
		 * The message for a recorded call.
		 * @param instanceId the instance that called
		 * @param executionId the execution that called
		 * @param call the call
		 * @param tags the labels of the instance
		 * @return the message, with an id that is the same each time
		 */
		public static ToActivity of(String instanceId, String executionId, HistoryEvent.TaskScheduled call,
				Map<String, String> tags) {
			Attempt attempt = call.attempt();
			int firstTaskId = (attempt != null) ? attempt.firstTaskId() : call.taskId();
			return new ToActivity(executionId + ":" + call.taskId(), instanceId, executionId, call.taskId(),
					call.name(), call.queue(), call.input(), (attempt != null) ? attempt.number() : 1, tags,
					ExecutionIds.generation(executionId) + ":" + firstTaskId);
		}

	}

	/**
	 * To nodes that run a version of an orchestrator which the sender does not: a message
	 * to an orchestration, to be taken by one of them.
	 *
	 * @param name the orchestrator's name
	 * @param version the instance's version; {@code null} for none
	 * @param message the message
	 */
	record ToVersion(String name, @Nullable String version, ToOrchestration message) implements Message {

		@Override
		public String id() {
			return this.message.id();
		}

		@Override
		public String instanceId() {
			return this.message.instanceId();
		}

	}

}
