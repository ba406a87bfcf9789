package io.durablespring.jpa;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import io.durablespring.InstanceAlreadyExistsException;
import io.durablespring.InstanceStatus;
import io.durablespring.history.HistoryCodec;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import io.durablespring.history.MessageCodec;
import io.durablespring.jpa.HistoryTable.Execution;
import io.durablespring.jpa.HistoryTable.Outcome;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.NewInstance;
import io.durablespring.spi.OrchestrationStore;
import io.durablespring.spi.OutboxEntry;
import io.durablespring.spi.StepCommit;
import io.durablespring.spi.StoreUnavailableException;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * The store on a relational database. It writes in JDBC batches on the connection of the
 * transaction manager's transaction, whether that is JPA's or JDBC's; {@code commit} and
 * {@code forgetReceived} have a transaction of their own even within a caller's, since
 * what they return must be durable.
 */
public final class JpaOrchestrationStore implements OrchestrationStore {

	private static final int CREATE_ATTEMPTS = 3;

	private final StoreTransactions transactions;

	private final InstanceTable instances;

	private final HistoryTable history;

	private final OutboxTable outbox;

	private final InboxTable inbox;

	private final MessageCodec messageCodec;

	/**
	 * Creates a store.
	 * @param dataSource the database; the tables must exist
	 * @param transactionManager has its transactions on the data source
	 * @param codec how events, messages and failures are stored
	 * @param hub the task hub, at most 100 characters: stores of other hubs see nothing
	 * of this one
	 */
	public JpaOrchestrationStore(DataSource dataSource, PlatformTransactionManager transactionManager,
			HistoryCodec codec, String hub) {
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		this.transactions = new StoreTransactions(transactionManager);
		this.instances = new InstanceTable(jdbc, Dialect.of(dataSource), codec, hub);
		this.history = new HistoryTable(jdbc, codec, hub);
		this.outbox = new OutboxTable(jdbc, hub);
		this.inbox = new InboxTable(jdbc, hub);
		this.messageCodec = new MessageCodec(codec);
	}

	@Override
	public void create(NewInstance instance, OutboxEntry entry, Runnable afterCommit) {
		OutboxTable.Row row = row(entry);
		// An exception from within would doom the caller's transaction, so the callback
		// returns what stood in the way.
		InstanceStatus existing = this.transactions.inCallers("create instance '" + instance.id() + "'", () -> {
			InstanceStatus unfinished = insertOrReplace(instance);
			if (unfinished == null) {
				this.outbox.insert(List.of(row));
				StoreTransactions.afterCommit(afterCommit);
			}
			return unfinished;
		});
		if (existing != null) {
			throw new InstanceAlreadyExistsException(instance.id(), existing);
		}
	}

	private @Nullable InstanceStatus insertOrReplace(NewInstance instance) {
		for (int attempt = 0; attempt < CREATE_ATTEMPTS; attempt++) {
			if (this.instances.insert(instance)) {
				return null;
			}
			if (this.instances.replaceFinished(instance)) {
				this.history.delete(instance.id());
				return null;
			}
			InstanceStatus status = this.instances.status(instance.id());
			if (status != null && !status.isFinished()) {
				return status;
			}
			// It finished or was removed between two statements.
		}
		throw new StoreUnavailableException("Instance '" + instance.id() + "' changes too fast to be replaced", null);
	}

	@Override
	public void enqueue(OutboxEntry entry, Runnable afterCommit) {
		OutboxTable.Row row = row(entry);
		this.transactions.inCallers("add outbox entry '" + entry.id() + "'", () -> {
			this.outbox.insert(List.of(row));
			StoreTransactions.afterCommit(afterCommit);
			return true;
		});
	}

	private OutboxTable.Row row(OutboxEntry entry) {
		return new OutboxTable.Row(entry.id(), entry.dueAt(), entry.claimedUntil(),
				this.messageCodec.writeAll(entry.messages()));
	}

	@Override
	public List<InstanceHead> load(Collection<String> instanceIds) {
		return StoreTransactions.translating("load instances", () -> this.instances.heads(instanceIds));
	}

	@Override
	public Map<String, List<HistoryEvent>> histories(Collection<InstanceHead> heads) {
		return StoreTransactions.translating("read histories", () -> this.history.read(heads));
	}

	@Override
	public Set<String> commit(StepBatch batch) {
		// Encoding needs no locks and no connection, so it comes before the transaction.
		Map<String, EncodedStep> encoded = batch.steps()
			.stream()
			.collect(Collectors.toMap((step) -> step.head().id(), this::encode));
		return this.transactions.inOwn("commit " + batch.steps().size() + " steps", () -> write(batch, encoded));
	}

	private EncodedStep encode(StepCommit step) {
		List<HistoryTable.Row> events = new ArrayList<>(step.events().size());
		for (HistoryEvent event : step.events()) {
			events.add(this.history.row(step.head(), step.firstSequence() + events.size(), event));
		}
		return new EncodedStep(events, step.timers().stream().map(this::row).toList(),
				step.messages().stream().map(this.messageCodec::write).toList());
	}

	private Set<String> write(StepBatch batch, Map<String, EncodedStep> encoded) {
		Set<String> leftOut = new HashSet<>(receivedMeanwhile(batch.steps()));
		// Always the same order of locks: batches of two nodes never wait for each other.
		leftOut.addAll(this.instances.update(batch.steps()
			.stream()
			.filter((step) -> !leftOut.contains(step.head().id()))
			.sorted(Comparator.comparing((step) -> step.head().id()))
			.toList()));
		List<HistoryTable.Row> events = new ArrayList<>();
		List<OutboxTable.Row> entries = new ArrayList<>();
		List<InboxTable.Row> received = new ArrayList<>();
		List<String> messages = new ArrayList<>();
		List<String> removed = new ArrayList<>(batch.sentEntries());
		for (StepCommit step : batch.steps()) {
			EncodedStep encodedStep = encoded.get(step.head().id());
			if (encodedStep != null && !leftOut.contains(step.head().id())) {
				events.addAll(encodedStep.events());
				entries.addAll(encodedStep.timers());
				messages.addAll(encodedStep.messages());
				step.receivedIds().forEach((id) -> received.add(new InboxTable.Row(id, step.now())));
				removed.addAll(step.removedTimers());
			}
		}
		if (!messages.isEmpty()) {
			entries.add(new OutboxTable.Row(batch.outboxId(), batch.now(), batch.claimedUntil(),
					MessageCodec.join(messages)));
		}
		this.history.insert(events);
		this.inbox.insert(received);
		this.outbox.insert(entries);
		this.outbox.remove(removed);
		return leftOut;
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
		Set<String> received = this.inbox.received(ids);
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

	@Override
	public Set<String> received(Collection<String> messageIds) {
		return StoreTransactions.translating("look up received messages", () -> this.inbox.received(messageIds));
	}

	@Override
	public Set<String> settled(Collection<Message.ToActivity> calls) {
		return StoreTransactions.translating("look up outcomes of activities", () -> {
			Set<Execution> open = this.instances
				.heads(calls.stream().map(Message.ToActivity::instanceId).collect(Collectors.toSet()))
				.stream()
				.filter((head) -> !head.status().isFinished())
				.map(Execution::of)
				.collect(Collectors.toSet());
			Set<Execution> called = calls.stream().map(JpaOrchestrationStore::execution).collect(Collectors.toSet());
			called.retainAll(open);
			Set<Outcome> outcomes = this.history.outcomes(called);
			return calls.stream()
				.filter((call) -> !open.contains(execution(call))
						|| outcomes.contains(new Outcome(execution(call), call.taskId())))
				.map(Message.ToActivity::id)
				.collect(Collectors.toSet());
		});
	}

	private static Execution execution(Message.ToActivity call) {
		return new Execution(call.instanceId(), call.executionId());
	}

	@Override
	public int forgetReceived(Instant before) {
		return this.transactions.inOwn("forget received messages", () -> this.inbox.forget(before));
	}

	/**
	 * The rows of a step.
	 */
	private record EncodedStep(List<HistoryTable.Row> events, List<OutboxTable.Row> timers, List<String> messages) {
	}

}
