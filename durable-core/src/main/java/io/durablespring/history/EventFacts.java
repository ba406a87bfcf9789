package io.durablespring.history;

import java.time.Instant;

import io.durablespring.FailureDetails;
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

}
