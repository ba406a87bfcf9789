package io.durablespring.jpa;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import io.durablespring.history.MessageCodec;
import io.durablespring.jpa.HistoryTable.Execution;
import io.durablespring.spi.NewInstance;
import io.durablespring.spi.OrchestrationStore.StepBatch;
import io.durablespring.spi.OrchestrationStore.Unstored;
import io.durablespring.spi.OutboxEntry;
import io.durablespring.spi.StepCommit;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Writes batches of steps. What no step of a batch asks for costs no statement.
 */
final class StepWriter {

	private static final Comparator<StepCommit> BY_INSTANCE = Comparator.comparing((step) -> step.head().id());

	/**
	 * More are a statement that is long, and the round trips of a transaction count less.
	 */
	private static final int MOST_AT_ONCE = 8;

	private final Tables tables;

	private final MessageCodec codec;

	StepWriter(Tables tables, MessageCodec codec) {
		this.tables = tables;
		this.codec = codec;
	}

	/**
	 * Encodes a batch. That needs no locks and no connection, so it comes before the
	 * transaction.
	 */
	Encoded encode(StepBatch batch) {
		return new Encoded(batch, batch.steps().stream().map(this::encode).toList());
	}

	private EncodedStep encode(StepCommit step) {
		StepCommit.HistoryChange change = step.history();
		Execution execution = new Execution(step.head().id(), change.executionId());
		List<HistoryTable.Row> events = new ArrayList<>(change.events().size());
		for (HistoryEvent event : change.events()) {
			events.add(this.tables.history().row(execution, change.firstSequence() + events.size(), event));
		}
		return new EncodedStep(step, events,
				step.outgoing().timers().stream().map((timer) -> OutboxTable.row(timer, this.codec)).toList(),
				step.messages().stream().map(this.codec::write).toList(),
				step.outgoing().starts().stream().map((start) -> this.codec.write(start.message())).toList(),
				step.outgoing().fallback().stream().map(this.codec::write).toList());
	}

	/**
	 * Writes a small batch by one statement, if it is one of those that most are.
	 * @return whether it is written; if not, nothing of it is, and it is to be written in
	 * a transaction: somebody was faster, or it needs more than one statement
	 */
	boolean writeAtOnce(JdbcTemplate jdbc, Encoded encoded) {
		List<StepCommit> steps = encoded.batch().steps();
		if (steps.size() > MOST_AT_ONCE || !steps.stream().allMatch(StepWriter::isPlain)) {
			return false;
		}
		AtomicStatement statement = new AtomicStatement();
		this.tables.instances().addTo(statement, steps.stream().sorted(BY_INSTANCE).toList());
		this.tables.history()
			.addTo(statement, encoded.steps().stream().flatMap((step) -> step.events().stream()).toList());
		Messages messages = messages(encoded.batch(), encoded.steps(), Set.of());
		this.tables.inbox().addTo(statement, messages.received());
		this.tables.outbox().addTo(statement, messages.entries());
		this.tables.outbox().addRemovalTo(statement, messages.removed());
		try {
			return statement.executeIf(jdbc, steps.size(), steps.size());
		}
		catch (DataAccessException ex) {
			if (StoreTransactions.isFaultOfTheData(ex) || StoreTransactions.isLocked(ex)) {
				// Whose fault it is shows one by one.
				return false;
			}
			throw ex;
		}
	}

	/** Whether a step changes only tables that no other change of it has to wait for. */
	private static boolean isPlain(StepCommit step) {
		return !hasNewExecution(step) && step.history().payloads().equals(StepCommit.PayloadChange.NONE)
				&& step.outgoing().payloads().isEmpty() && step.outgoing().starts().isEmpty();
	}

	/**
	 * Writes a batch, in the current transaction.
	 * @return what was not written
	 */
	Unstored write(Encoded encoded) {
		StepBatch batch = encoded.batch();
		Set<String> leftOut = new HashSet<>(receivedMeanwhile(batch.steps()));
		// Always the same order of locks: batches of two nodes never wait for each other.
		leftOut.addAll(this.tables.instances()
			.update(batch.steps()
				.stream()
				.filter((step) -> !leftOut.contains(step.head().id()))
				.sorted(BY_INSTANCE)
				.toList()));
		List<EncodedStep> winners = encoded.steps()
			.stream()
			.filter((step) -> !leftOut.contains(step.commit().head().id()))
			.toList();
		Set<String> taken = writeHistory(winners);
		writeMessages(messages(batch, winners, taken));
		return new Unstored(leftOut, taken);
	}

	/**
	 * Steps with a message that a committed step has taken in. Asking once, before the
	 * version check, is enough: who commits such a message between the two changes the
	 * version, too.
	 */
	private Set<String> receivedMeanwhile(List<StepCommit> steps) {
		List<String> ids = steps.stream().flatMap((step) -> step.receivedIds().stream()).toList();
		if (ids.isEmpty()) {
			return Set.of();
		}
		Set<String> received = this.tables.inbox().received(ids);
		Set<String> found = new HashSet<>();
		for (StepCommit step : steps) {
			if (step.receivedIds().stream().anyMatch(received::contains)) {
				found.add(step.head().id());
			}
			else {
				received.addAll(step.receivedIds());
			}
		}
		return found;
	}

	/**
	 * Histories, started instances and large values. Removals come before additions: a
	 * step may add to what another one removes.
	 * @return execution ids of the instances that were not created
	 */
	private Set<String> writeHistory(List<EncodedStep> winners) {
		List<StepCommit> steps = winners.stream().map(EncodedStep::commit).toList();
		this.tables.history()
			.delete(steps.stream().filter(StepWriter::hasNewExecution).map((step) -> step.head().id()).toList());
		this.tables.history().insert(winners.stream().flatMap((step) -> step.events().stream()).toList());
		// In order of instances, for the same reason as their rows.
		this.tables.payloads().change(steps.stream().sorted(BY_INSTANCE).toList());
		List<NewInstance> starts = steps.stream()
			.flatMap((step) -> step.outgoing().starts().stream())
			.map(StepCommit.Start::instance)
			.toList();
		Set<String> taken = this.tables.creation().createAll(starts);
		this.tables.payloads()
			.insert(Stream
				.concat(steps.stream().flatMap((step) -> step.outgoing().payloads().stream()),
						starts.stream()
							.filter((start) -> !taken.contains(start.executionId()))
							.flatMap((start) -> start.payloads().stream()))
				.toList());
		return taken;
	}

	private static boolean hasNewExecution(StepCommit step) {
		return !step.history().executionId().equals(step.head().executionId());
	}

	private void writeMessages(Messages messages) {
		this.tables.inbox().insert(messages.received());
		this.tables.outbox().insert(messages.entries());
		this.tables.outbox().remove(messages.removed());
	}

	private Messages messages(StepBatch batch, List<EncodedStep> winners, Set<String> taken) {
		List<OutboxTable.Row> entries = new ArrayList<>();
		List<InboxTable.Row> received = new ArrayList<>();
		List<String> messages = new ArrayList<>();
		List<String> fallback = new ArrayList<>();
		List<String> removed = new ArrayList<>(batch.sentEntries());
		for (EncodedStep winner : winners) {
			StepCommit step = winner.commit();
			entries.addAll(winner.timers());
			messages.addAll(winner.messages());
			fallback.addAll(winner.fallback());
			addStarts(winner, taken, messages, entries);
			step.receivedIds().forEach((id) -> received.add(new InboxTable.Row(id, step.now())));
			removed.addAll(step.outgoing().removedTimers());
		}
		if (!messages.isEmpty()) {
			entries.add(new OutboxTable.Row(batch.outboxId(), batch.now(), batch.claimedUntil(),
					MessageCodec.join(messages)));
		}
		if (!fallback.isEmpty()) {
			entries.add(new OutboxTable.Row(OutboxEntry.fallbackId(batch.outboxId()), batch.now(),
					batch.fallbackUntil(), MessageCodec.join(fallback)));
		}
		return new Messages(received, entries, removed);
	}

	private void addStarts(EncodedStep winner, Set<String> taken, List<String> messages,
			List<OutboxTable.Row> entries) {
		List<StepCommit.Start> starts = winner.commit().outgoing().starts();
		for (int i = 0; i < starts.size(); i++) {
			StepCommit.Start start = starts.get(i);
			NewInstance instance = start.instance();
			if (taken.contains(instance.executionId())) {
				Message ifTaken = start.ifTaken();
				if (ifTaken != null) {
					messages.add(this.codec.write(ifTaken));
				}
			}
			else if (start.isLater(winner.commit().now())) {
				entries.add(new OutboxTable.Row(start.entryId(), Objects.requireNonNull(instance.startAt()), null,
						MessageCodec.join(List.of(winner.starts().get(i)))));
			}
			else {
				messages.add(winner.starts().get(i));
			}
		}
	}

	/**
	 * The tables that a step may change.
	 */
	record Tables(InstanceTable instances, InstanceCreation creation, HistoryTable history, PayloadTable payloads,
			InboxTable inbox, OutboxTable outbox) {
	}

	/**
	 * What steps say and have heard.
	 */
	private record Messages(List<InboxTable.Row> received, List<OutboxTable.Row> entries, List<String> removed) {
	}

	/**
	 * A batch with its rows.
	 */
	record Encoded(StepBatch batch, List<EncodedStep> steps) {
	}

	/**
	 * A step with its rows and messages.
	 */
	record EncodedStep(StepCommit commit, List<HistoryTable.Row> events, List<OutboxTable.Row> timers,
			List<String> messages, List<String> starts, List<String> fallback) {
	}

}
