package io.durablespring.spi;

import java.time.Instant;
import java.util.List;

import io.durablespring.history.Message;
import org.jspecify.annotations.Nullable;

/**
 * Messages that must be sent because the transaction that made them has committed.
 *
 * @param id the entry's id, at most 100 characters
 * @param dueAt when to send; a timer's entry is due in the future
 * @param claimedUntil until when the entry's owner alone may send it; {@code null} if
 * nobody owns it
 * @param messages the messages, in order
 */
public record OutboxEntry(String id, Instant dueAt, @Nullable Instant claimedUntil, List<Message> messages) {

	public OutboxEntry {
		messages = List.copyOf(messages);
	}

}
