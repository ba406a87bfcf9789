package io.durablespring;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * One line of an instance's history, as people read it.
 *
 * @param sequence the position, from 0
 * @param timestamp when it was recorded
 * @param type the event's type, such as {@code TaskScheduled}
 * @param taskId the task it belongs to
 * @param name the orchestrator's or activity's name
 * @param payload input or result
 * @param failure what failed
 * @param reason why it was suspended, resumed or terminated
 * @param fireAt when the timer fires
 * @param attempt which attempt of a call it is, from 1; {@code null} if the call is not
 * to be tried again
 * @param instanceId the other instance: a sub-orchestration, or who an event is sent to
 */
public record HistoryEntry(int sequence, Instant timestamp, String type, @Nullable Integer taskId,
		@Nullable String name, @Nullable Payload payload, @Nullable FailureDetails failure, @Nullable String reason,
		@Nullable Instant fireAt, @Nullable Integer attempt, @Nullable String instanceId) {

	/**
	 * This entry with a payload that can deserialise itself.
	 * @param reader what deserialises
	 * @return an entry equal to this one
	 */
	public HistoryEntry readableBy(Payload.Reader reader) {
		return (this.payload == null) ? this
				: new HistoryEntry(this.sequence, this.timestamp, this.type, this.taskId, this.name,
						this.payload.readableBy(reader), this.failure, this.reason, this.fireAt, this.attempt,
						this.instanceId);
	}

}
