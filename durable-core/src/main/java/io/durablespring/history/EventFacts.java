package io.durablespring.history;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.durablespring.FailureDetails;
import io.durablespring.ParentInstance;
import io.durablespring.Payload;
import org.jspecify.annotations.Nullable;

/**
 * What an event may tell beyond its time. The components of the records have these names,
 * so that what several kinds of events share can be asked of any of them.
 */
public interface EventFacts {

	/**
	 * The orchestrator's, activity's, event's or change's name.
	 * @return the name, if there is one
	 */
	default @Nullable String name() {
		return null;
	}

	/**
	 * What was handed over.
	 * @return the value, if there is one
	 */
	default @Nullable Payload input() {
		return null;
	}

	/**
	 * What came back.
	 * @return the value, if there is one
	 */
	default @Nullable Payload result() {
		return null;
	}

	/**
	 * The application's value that this event carries: input or result.
	 * @return the value, if there is one
	 */
	default @Nullable Payload payload() {
		return (input() != null) ? input() : result();
	}

	/**
	 * What failed.
	 * @return the details, if something did
	 */
	default @Nullable FailureDetails failure() {
		return null;
	}

	/**
	 * Why an operator asked for it.
	 * @return the reason, if one was given
	 */
	default @Nullable String reason() {
		return null;
	}

	/**
	 * When the timer fires.
	 * @return the time, if it is about a timer
	 */
	default @Nullable Instant fireAt() {
		return null;
	}

	/**
	 * Which attempt of a call it is.
	 * @return the attempt, if there may be several
	 */
	default @Nullable Attempt attempt() {
		return null;
	}

	/**
	 * The other instance that it is about.
	 * @return the instance id, if there is one
	 */
	default @Nullable String instanceId() {
		return null;
	}

	/**
	 * Which call a further attempt, or the pause before one, is for.
	 * @return the task of the call's first attempt, if it is for one
	 */
	default @Nullable Integer retryOf() {
		Attempt attempt = attempt();
		return (attempt != null && attempt.number() > 1) ? Integer.valueOf(attempt.firstTaskId()) : null;
	}

	/**
	 * The version that an instance is started with.
	 * @return the version, if there is one
	 */
	default @Nullable String version() {
		return null;
	}

	/**
	 * The queue of the activity.
	 * @return the queue, if it is not the default
	 */
	default @Nullable String queue() {
		return null;
	}

	/**
	 * The labels that the instance is started with.
	 * @return the labels
	 */
	default Map<String, String> tags() {
		return Map.of();
	}

	/**
	 * Who waits for the instance.
	 * @return the parent, if it is told
	 */
	default @Nullable ParentInstance parent() {
		return null;
	}

	/**
	 * The failed tasks behind a failure.
	 * @return the tasks' ids
	 */
	default List<Integer> failedTasks() {
		return List.of();
	}

	/**
	 * Whether sub-orchestrations are concerned, too.
	 * @return whether they are, if it is about that
	 */
	default @Nullable Boolean recursive() {
		return null;
	}

}
