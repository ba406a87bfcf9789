package io.durablespring.kafka;

import java.time.Instant;

import io.durablespring.FailureDetails;
import io.durablespring.ParentInstance;
import io.durablespring.history.EventNames;
import io.durablespring.history.HistoryCodec;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.InstanceIds;
import io.durablespring.history.Message;
import org.jspecify.annotations.Nullable;

/**
 * Refuses events that could be read but not be processed, however often: they would fail
 * their whole batch for ever, or their instance.
 */
final class EventCheck {

	private static final int MAX_CAUSES = 100;

	private static final int MAX_NAME = 256;

	private static final int MAX_INSTANCE = 256;

	private static final int MAX_VERSION = 100;

	private static final int MAX_EXECUTION = 100;

	private static final int MAX_ID = 400;

	/** The message's id becomes the execution's, and others that are a little longer. */
	private static final int MAX_STARTING_ID = 80;

	private static final Instant MIN_TIME = Instant.parse("0001-01-01T00:00:00Z");

	private static final Instant MAX_TIME = Instant.parse("9999-12-31T00:00:00Z");

	private EventCheck() {
	}

	static void check(Message.ToOrchestration message) {
		HistoryEvent event = message.event();
		if (!(event instanceof HistoryEvent.Completion || event instanceof HistoryEvent.Command
				|| event instanceof HistoryEvent.ExecutionStarted)) {
			// Only an instance's own step writes these: from outside they would break its
			// history.
			throw new MalformedRecordException("A record of type " + HistoryCodec.nameOf(event.getClass())
					+ " is not an event for an orchestration");
		}
		time(event.timestamp(), "timestamp");
		if (event instanceof HistoryEvent.TaskFailed || event instanceof HistoryEvent.SubOrchestrationInstanceFailed) {
			causes(required(event.failure(), "field failure"));
		}
		else if (event instanceof HistoryEvent.ExecutionSuspended suspended && suspended.failure() != null) {
			causes(suspended.failure());
		}
		else if (event instanceof HistoryEvent.ExecutionStarted started) {
			required(started.name(), "field name");
			parent(started.parent(), "parent");
		}
		else if (event instanceof HistoryEvent.ExecutionRewound rewound) {
			parent(rewound.parent(), "parent");
		}
		else if (event instanceof HistoryEvent.EventRaised raised) {
			legal(() -> EventNames.check(required(raised.name(), "field name")));
			if (raised.start() != null) {
				start(raised.start(), message);
			}
		}
	}

	private static void start(HistoryEvent.ExecutionStarted start, Message.ToOrchestration message) {
		legal(() -> InstanceIds.check(message.instanceId()));
		identity(message.id(), "header " + WireFormat.ID, MAX_STARTING_ID);
		if (message.id().isEmpty() || message.id().indexOf('~') >= 0) {
			throw new MalformedRecordException("Its header " + WireFormat.ID + " is empty or contains '~'");
		}
		time(start.timestamp(), "start.timestamp");
		identity(required(start.name(), "field start.name"), "field start.name", MAX_NAME);
		identity(start.version(), "field start.version", MAX_VERSION);
		parent(start.parent(), "start.parent");
	}

	private static void parent(@Nullable ParentInstance parent, String field) {
		if (parent != null) {
			identity(required(parent.instanceId(), "field " + field + ".instanceId"), "field " + field + ".instanceId",
					MAX_INSTANCE);
			identity(required(parent.executionId(), "field " + field + ".executionId"),
					"field " + field + ".executionId", MAX_EXECUTION);
		}
	}

	// What can be read may still be too deep to be written.
	private static void causes(FailureDetails failure) {
		int causes = 0;
		for (FailureDetails next = failure; next != null; next = next.cause()) {
			required(next.type(), "field failure.type");
			if (++causes > MAX_CAUSES + 1) {
				throw new MalformedRecordException("Its failure has more than " + MAX_CAUSES + " causes");
			}
		}
	}

	private static void time(Instant time, String field) {
		required(time, "field " + field);
		if (time.isBefore(MIN_TIME) || time.isAfter(MAX_TIME)) {
			throw new MalformedRecordException("Its field " + field + " is not within the years 1 to 9999");
		}
	}

	/**
	 * Checks what says whom a record concerns.
	 * @param key the record's key
	 * @param id the message's id
	 * @param execution the execution's id
	 */
	static void address(String key, @Nullable String id, @Nullable String execution) {
		identity(key, "key", MAX_INSTANCE);
		identity(id, "header " + WireFormat.ID, MAX_ID);
		identity(execution, "header " + WireFormat.EXECUTION, MAX_EXECUTION);
	}

	// What the tables cannot hold, not even as a question.
	private static void identity(@Nullable String value, String what, int maxLength) {
		if (value != null && (value.length() > maxLength || value.chars().anyMatch((c) -> Character.isISOControl(c)))) {
			throw new MalformedRecordException(
					"Its " + what + " is longer than " + maxLength + " or contains a control character");
		}
	}

	private static void legal(Runnable check) {
		try {
			check.run();
		}
		catch (IllegalArgumentException ex) {
			throw new MalformedRecordException(String.valueOf(ex.getMessage()), ex);
		}
	}

	static <T> T required(@Nullable T value, String what) {
		if (value == null) {
			throw new MalformedRecordException("It has no " + what);
		}
		return value;
	}

}
