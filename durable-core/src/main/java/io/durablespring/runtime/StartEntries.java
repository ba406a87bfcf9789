package io.durablespring.runtime;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.history.Message;
import io.durablespring.spi.NewInstance;
import io.durablespring.spi.OrchestrationStore.Creation;
import io.durablespring.spi.OutboxEntry;

/**
 * The outbox entries of many starts: one for as many as go into a row of a moderate size,
 * and one of its own for each that is due later.
 */
final class StartEntries {

	/** Characters of a row, more or less: what is sent again after a failure. */
	private static final int LARGEST = 256_000;

	/** Characters of a start without its input, more or less. */
	private static final int START = 400;

	private final OutboxRelay relay;

	private final Instant now;

	private final List<OutboxEntry> entries = new ArrayList<>();

	private List<Message> together = new ArrayList<>();

	private long size;

	StartEntries(OutboxRelay relay, Instant now) {
		this.relay = relay;
		this.now = now;
	}

	static Message.ToOrchestration message(String instanceId, String executionId, ExecutionStarted started) {
		return new Message.ToOrchestration(OutboxEntry.startId(executionId), instanceId, executionId, started);
	}

	/**
	 * The entries of those that have been created.
	 */
	List<OutboxEntry> of(List<Creation> creations, Set<String> executionIds) {
		for (Creation creation : creations) {
			if (executionIds.contains(creation.instance().executionId())) {
				add(creation.instance());
			}
		}
		flush();
		return this.entries;
	}

	private void add(NewInstance instance) {
		Message start = message(instance.id(), instance.executionId(), instance.started());
		Instant startAt = instance.startAt();
		if (startAt != null && startAt.isAfter(this.now)) {
			add(start.id(), startAt, List.of(start));
			return;
		}
		Payload input = instance.started().input();
		this.together.add(start);
		this.size += START + ((input != null) ? input.json().length() : 0);
		if (this.size > LARGEST) {
			flush();
		}
	}

	private void flush() {
		if (!this.together.isEmpty()) {
			// Not the id of a start, which goes when that start is not wanted any more.
			add(UUID.randomUUID().toString(), this.now, this.together);
			this.together = new ArrayList<>();
			this.size = 0;
		}
	}

	private void add(String id, Instant dueAt, List<Message> messages) {
		this.entries.add(new OutboxEntry(id, dueAt, this.relay.claimFor(dueAt, this.now), messages));
	}

}
