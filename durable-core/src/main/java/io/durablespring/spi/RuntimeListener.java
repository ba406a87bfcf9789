package io.durablespring.spi;

import java.util.List;

import io.durablespring.history.Message;

/**
 * Is told what a node does; for metrics, tracing and notifications. Called on the
 * runtime's threads after the fact: must be quick, thread-safe and must not throw.
 */
public interface RuntimeListener {

	/**
	 * Steps were committed by this node.
	 * @param steps the steps
	 */
	default void stepsCommitted(List<StepCommit> steps) {
	}

	/**
	 * An activity ended on this node.
	 * @param call the call
	 * @param failed whether it ended with an exception
	 * @param nanos how long it ran
	 */
	default void activityCompleted(Message.ToActivity call, boolean failed, long nanos) {
	}

	/**
	 * A message was dropped because it has no consequence any more.
	 * @param message the message
	 * @param reason why, one of a few constants
	 */
	default void messageDropped(Message message, String reason) {
	}

	/**
	 * A message was put aside because it cannot be processed.
	 * @param message the message
	 * @param reason why
	 */
	default void messageDeadLettered(Message message, String reason) {
	}

}
