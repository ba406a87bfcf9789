package io.durablespring.spi;

import java.time.Instant;
import java.util.List;

import io.durablespring.FailureDetails;
import io.durablespring.InstanceStatus;
import io.durablespring.ParentInstance;
import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.history.Message;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one step of one instance changes. It is stored whole or not at all.
 *
 * @param head the instance as the step found it; the store must still have its version
 * @param now the time of the step
 * @param state what the instance is from now on
 * @param history what its history gains, or is replaced by
 * @param outgoing what leaves it
 * @param receivedIds ids of messages to remember as received
 */
public record StepCommit(InstanceHead head, Instant now, State state, HistoryChange history, Outgoing outgoing,
		List<String> receivedIds) {

	public StepCommit {
		receivedIds = List.copyOf(receivedIds);
	}

	/**
	 * The status from now on.
	 * @return the status
	 */
	public InstanceStatus status() {
		return this.state.status();
	}

	/**
	 * Why it failed, was suspended or was terminated.
	 * @return the failure, if there is one
	 */
	public @Nullable FailureDetails failure() {
		return this.state.failure();
	}

	/**
	 * The new events.
	 * @return the events in order
	 */
	public List<HistoryEvent> events() {
		return this.history.events();
	}

	/**
	 * What to send at once.
	 * @return the messages, without those that start instances
	 */
	public List<Message> messages() {
		return this.outgoing.messages();
	}

	/**
	 * The instance as the next step will find it.
	 * @return the head after this step
	 */
	public InstanceHead nextHead() {
		ExecutionStarted restarted = this.history.restarted();
		return new InstanceHead(this.head.id(), this.head.name(),
				(restarted != null) ? restarted.version() : this.head.version(), status(), this.history.executionId(),
				this.head.rowVersion() + 1, this.state.parent());
	}

	/**
	 * What an instance is.
	 *
	 * @param status the status
	 * @param begun whether its code has begun to run, in this step or one before: the
	 * first such step is when it started. {@code false} leaves what is stored
	 * @param output the result, when it completed
	 * @param failure why it failed, was suspended or was terminated
	 * @param customStatus what the orchestrator says of itself; {@code null} to leave
	 * what is stored
	 * @param parent who waits for it
	 */
	public record State(InstanceStatus status, boolean begun, @Nullable Payload output,
			@Nullable FailureDetails failure, @Nullable CustomStatus customStatus, @Nullable ParentInstance parent) {
	}

	/**
	 * What the orchestrator says of itself.
	 *
	 * @param value the value, {@code null} for nothing any more
	 */
	public record CustomStatus(@Nullable Payload value) {
	}

	/**
	 * What becomes of a history.
	 *
	 * @param executionId the execution from now on. If it is another one than before, the
	 * history of the one before is removed
	 * @param firstSequence the position of the first new event
	 * @param events the new events
	 * @param restarted the start of the execution if the instance continues as new: its
	 * input and version are the instance's from now on; otherwise {@code null}
	 * @param payloads what becomes of the large values of the instance
	 */
	public record HistoryChange(String executionId, int firstSequence, List<HistoryEvent> events,
			@Nullable ExecutionStarted restarted, PayloadChange payloads) {

		public HistoryChange {
			events = List.copyOf(events);
		}

		/**
		 * Events that an execution goes on with.
		 * @param executionId the execution
		 * @param firstSequence the position of the first event
		 * @param events the new events
		 * @return the change
		 */
		public static HistoryChange of(String executionId, int firstSequence, List<HistoryEvent> events) {
			return new HistoryChange(executionId, firstSequence, events, null, PayloadChange.NONE);
		}

	}

	/**
	 * What becomes of the large values that are stored for an instance. It is done in the
	 * order of the components, and before the step's own values are added.
	 *
	 * @param arrived names of holders whose values the history refers to from now on
	 * @param released names of holders whose values go
	 * @param ended the execution that is over, if it used large values: what its calls
	 * hold goes
	 * @param left values of the history that calls under way need when it is gone
	 * @param unused ids of values that the history does not refer to any more
	 */
	public record PayloadChange(List<String> arrived, List<String> released, @Nullable String ended,
			List<LeftPayload> left, List<String> unused) {

		/** None at all. */
		public static final PayloadChange NONE = new PayloadChange(List.of(), List.of(), null, List.of(), List.of());

		public PayloadChange {
			arrived = List.copyOf(arrived);
			released = List.copyOf(released);
			left = List.copyOf(left);
			unused = List.copyOf(unused);
		}

	}

	/**
	 * A value of the history that a holder keeps.
	 *
	 * @param holder the name of the holder
	 * @param id the id of the value
	 */
	public record LeftPayload(String holder, String id) {
	}

	/**
	 * What leaves an instance.
	 *
	 * @param messages what to send at once
	 * @param timers what to send later, one entry for each
	 * @param removedTimers ids of entries that must not be sent any more
	 * @param starts instances to create
	 * @param payloads large values to store
	 * @param fallback what others are to send unless this node does without it in time
	 */
	public record Outgoing(List<Message> messages, List<OutboxEntry> timers, List<String> removedTimers,
			List<Start> starts, List<StoredPayload> payloads, List<Message> fallback) {

		private static final Outgoing NOTHING = new Outgoing(List.of(), List.of(), List.of(), List.of(), List.of());

		public Outgoing {
			messages = List.copyOf(messages);
			timers = List.copyOf(timers);
			removedTimers = List.copyOf(removedTimers);
			starts = List.copyOf(starts);
			payloads = List.copyOf(payloads);
			fallback = List.copyOf(fallback);
		}

		/**
		 * What leaves an instance in any case.
		 * @param messages what to send at once
		 * @param timers what to send later, one entry for each
		 * @param removedTimers ids of entries that must not be sent any more
		 * @param starts instances to create
		 * @param payloads large values to store
		 */
		public Outgoing(List<Message> messages, List<OutboxEntry> timers, List<String> removedTimers,
				List<Start> starts, List<StoredPayload> payloads) {
			this(messages, timers, removedTimers, starts, payloads, List.of());
		}

		/**
		 * Nothing at all.
		 * @return the same each time
		 */
		public static Outgoing nothing() {
			return NOTHING;
		}

	}

	/**
	 * An instance to create. One that is to run later has an outbox entry of its own,
	 * whose id is {@link #entryId()}.
	 *
	 * @param instance the instance
	 * @param message the message that starts it
	 * @param ifTaken what to send instead if an unfinished instance has the id;
	 * {@code null} for nothing
	 */
	public record Start(NewInstance instance, Message message, @Nullable Message ifTaken) {

		/**
		 * The id of the entry for a start that is due later.
		 * @return the id
		 */
		public String entryId() {
			return OutboxEntry.startId(this.instance.executionId());
		}

		/**
		 * Whether the start is due later.
		 * @param now the time of the step
		 * @return whether it has an entry of its own
		 */
		public boolean isLater(Instant now) {
			Instant startAt = this.instance.startAt();
			return startAt != null && startAt.isAfter(now);
		}

	}

}
