package io.durablespring.jpa;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import io.durablespring.InstanceAlreadyExistsException;
import io.durablespring.InstanceStatus;
import io.durablespring.StoreUnavailableException;
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
import io.durablespring.spi.PayloadHolder;
import io.durablespring.spi.StoredPayload;
import io.durablespring.spi.TransactionSettings;

import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * The store on a relational database. It writes in JDBC batches on the connection of the
 * transaction manager's transaction, whether that is JPA's or JDBC's; {@code commit},
 * {@code savePayloads}, {@code removePayloads}, {@code purge} and {@code forgetReceived}
 * have a transaction of their own even within a caller's, since what they return must be
 * durable.
 */
public final class JpaOrchestrationStore implements OrchestrationStore {

	/** How long those who share a transaction wait for a lock of somebody else's. */
	private static final Unstored NOTHING_LEFT_OUT = new Unstored(Set.of(), Set.of());

	private static final Duration LONGEST_WAIT = Duration.ofMillis(50);

	private final StoreTransactions transactions;

	private final StepWriter.Tables tables;

	private final StepWriter steps;

	private final JdbcTemplate jdbc;

	private final Dialect dialect;

	private final MessageCodec messageCodec;

	private final GroupCommit<ClientWrite> clientWrites = new GroupCommit<>(this::writeAll);

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
		Dialect dialect = Dialect.of(dataSource);
		this.jdbc = jdbc;
		this.dialect = dialect;
		this.transactions = new StoreTransactions(transactionManager);
		InstanceTable instances = new InstanceTable(jdbc, dialect, codec, hub);
		HistoryTable history = new HistoryTable(jdbc, dialect, codec, hub);
		PayloadTable payloads = new PayloadTable(jdbc, dialect, hub);
		OutboxTable outbox = new OutboxTable(jdbc, dialect, hub);
		this.tables = new StepWriter.Tables(instances, new InstanceCreation(instances, history, payloads, outbox),
				history, payloads, new InboxTable(jdbc, dialect, hub), outbox);
		this.messageCodec = new MessageCodec(codec);
		this.steps = new StepWriter(this.tables, this.messageCodec);
	}

	@Override
	public void create(NewInstance instance, List<OutboxEntry> entries, Reuse reuse, Runnable afterCommit) {
		List<OutboxTable.Row> rows = new ArrayList<>();
		entries.forEach((entry) -> rows.add(row(entry)));
		if (isShared(new ClientWrite(instance, rows, instance.payloads()))) {
			afterCommit.run();
			return;
		}
		// An exception from within would doom the caller's transaction, so the callback
		// returns what stood in the way.
		InstanceStatus existing = this.transactions.inCallers("create instance '" + instance.id() + "'", () -> {
			InstanceCreation.Outcome outcome = this.tables.creation().create(instance, reuse.policy());
			if (outcome.refusedBy() == null) {
				if (outcome.replaced() != null) {
					rows.addAll(farewell(instance, outcome.replaced(), reuse.farewell()));
				}
				this.tables.outbox().insert(rows);
				this.tables.payloads().insert(instance.payloads());
				StoreTransactions.afterCommit(afterCommit);
			}
			return outcome.refusedBy();
		});
		if (existing != null) {
			throw new InstanceAlreadyExistsException(instance.id(), existing);
		}
	}

	@Override
	public Set<String> createAll(List<Creation> creations, Function<Set<String>, List<OutboxEntry>> entries,
			Consumer<List<OutboxEntry>> afterCommit) {
		List<NewInstance> instances = creations.stream().map(Creation::instance).toList();
		Map<String, Reuse> reuse = creations.stream()
			.collect(Collectors.toMap((creation) -> creation.instance().executionId(), Creation::reuse));
		return this.transactions.inCallers("create " + creations.size() + " instances", () -> {
			List<OutboxTable.Row> rows = new ArrayList<>();
			Set<String> taken = this.tables.creation()
				.createAll(instances, (instance) -> Objects.requireNonNull(reuse.get(instance.executionId())).policy(),
						(instance, replaced) -> rows.addAll(farewell(instance, replaced,
								Objects.requireNonNull(reuse.get(instance.executionId())).farewell())));
			List<NewInstance> created = instances.stream()
				.filter((instance) -> !taken.contains(instance.executionId()))
				.toList();
			Set<String> executionIds = created.stream().map(NewInstance::executionId).collect(Collectors.toSet());
			List<OutboxEntry> added = entries.apply(executionIds);
			added.forEach((entry) -> rows.add(row(entry)));
			this.tables.outbox().insert(rows);
			this.tables.payloads()
				.insert(created.stream().flatMap((instance) -> instance.payloads().stream()).toList());
			StoreTransactions.afterCommit(() -> afterCommit.accept(added));
			return executionIds;
		});
	}

	/** Whether a write is durable, because it needed no transaction of its caller's. */
	private boolean isShared(ClientWrite write) {
		return !StoreTransactions.isCallers() && this.clientWrites.write(write);
	}

	/**
	 * Whether one statement can be all that a transaction of the store's own has to do.
	 */
	private boolean canWriteAtOnce() {
		return this.dialect.takesChangesInQueries() && !StoreTransactions.isCallers();
	}

	/**
	 * Writes what clients want. Who finds its id taken is left out: whether it may
	 * replace what has it takes more statements.
	 */
	private List<ClientWrite> writeAll(List<ClientWrite> writes) {
		try {
			if (canWriteAtOnce() && StoreTransactions.translating("write " + writes.size() + " requests",
					() -> writeAtOnce(writes))) {
				return List.of();
			}
			return this.transactions.inOwn("write " + writes.size() + " requests", () -> writeTogether(writes));
		}
		catch (StoreUnavailableException ex) {
			if (StoreTransactions.isLocked(ex)) {
				// Somebody's transaction has created one of the instances and goes on.
				// Nobody else is to wait for that.
				return writes;
			}
			throw ex;
		}
	}

	/**
	 * Writes by one statement what has no large values, unless an id is taken.
	 * @return whether it is written; if not, nothing of it is
	 */
	private boolean writeAtOnce(List<ClientWrite> writes) {
		if (!writes.stream().allMatch((write) -> write.payloads().isEmpty())) {
			return false;
		}
		List<NewInstance> instances = instances(writes);
		AtomicStatement statement = new AtomicStatement();
		if (!instances.isEmpty()) {
			this.tables.instances().addUnlessPresentTo(statement, instances, LONGEST_WAIT);
		}
		this.tables.outbox().addTo(statement, writes.stream().flatMap((write) -> write.entries().stream()).toList());
		try {
			return statement.executeIf(this.jdbc, instances.isEmpty() ? 0 : 1, instances.size());
		}
		catch (DataAccessException ex) {
			if (StoreTransactions.isFaultOfTheData(ex) || StoreTransactions.isLocked(ex)) {
				return false;
			}
			throw ex;
		}
	}

	/** Always in the same order of locks: two nodes never wait for each other. */
	private static List<NewInstance> instances(List<ClientWrite> writes) {
		return writes.stream()
			.map(ClientWrite::instance)
			.filter(Objects::nonNull)
			.sorted(Comparator.comparing(NewInstance::id))
			.toList();
	}

	private List<ClientWrite> writeTogether(List<ClientWrite> writes) {
		List<NewInstance> instances = instances(writes);
		if (!instances.isEmpty()) {
			this.tables.instances().limitWaiting(LONGEST_WAIT);
		}
		Set<String> created = this.tables.instances().insertAll(instances);
		Map<Boolean, List<ClientWrite>> parts = writes.stream()
			.collect(Collectors.partitioningBy(
					(write) -> write.instance() == null || created.contains(write.instance().executionId())));
		List<ClientWrite> written = parts.getOrDefault(true, List.of());
		this.tables.outbox().insert(written.stream().flatMap((write) -> write.entries().stream()).toList());
		this.tables.payloads().insert(written.stream().flatMap((write) -> write.payloads().stream()).toList());
		return parts.getOrDefault(false, List.of());
	}

	/**
	 * The children are read after their parent's row was locked: no step of its can start
	 * another one.
	 */
	private List<OutboxTable.Row> farewell(NewInstance instance, InstanceHead replaced, Farewell farewell) {
		List<Message> messages = farewell.of(replaced, this.tables.instances().unfinishedChildren(replaced.id()));
		return messages.isEmpty() ? List.of() : List.of(row(
				new OutboxEntry(instance.executionId() + ":replace", instance.started().timestamp(), null, messages)));
	}

	@Override
	public void enqueue(OutboxEntry entry, List<StoredPayload> payloads, Runnable afterCommit) {
		OutboxTable.Row row = row(entry);
		if (isShared(new ClientWrite(null, List.of(row), payloads))) {
			afterCommit.run();
			return;
		}
		this.transactions.inCallers("add outbox entry '" + entry.id() + "'", () -> {
			this.tables.outbox().insert(List.of(row));
			this.tables.payloads().insert(payloads);
			StoreTransactions.afterCommit(afterCommit);
			return true;
		});
	}

	private OutboxTable.Row row(OutboxEntry entry) {
		return OutboxTable.row(entry, this.messageCodec);
	}

	@Override
	public List<InstanceHead> load(Collection<String> instanceIds) {
		return StoreTransactions.translating("load instances", () -> this.tables.instances().heads(instanceIds));
	}

	@Override
	public Histories histories(Collection<InstanceHead> heads) {
		return StoreTransactions.translating("read histories", () -> this.tables.history().read(heads));
	}

	@Override
	public Unstored commit(StepBatch batch) {
		StepWriter.Encoded encoded = this.steps.encode(batch);
		if (canWriteAtOnce() && StoreTransactions.translating("commit " + batch.steps().size() + " steps",
				() -> this.steps.writeAtOnce(this.jdbc, encoded))) {
			return NOTHING_LEFT_OUT;
		}
		return this.transactions.inOwn("commit " + batch.steps().size() + " steps", () -> this.steps.write(encoded));
	}

	@Override
	public Set<String> received(Collection<String> messageIds) {
		return StoreTransactions.translating("look up received messages",
				() -> this.tables.inbox().received(messageIds));
	}

	@Override
	public Set<String> settled(Collection<Message.ToActivity> calls) {
		return StoreTransactions.translating("look up outcomes of activities", () -> {
			Set<Execution> open = this.tables.instances()
				.heads(calls.stream().map(Message.ToActivity::instanceId).collect(Collectors.toSet()))
				.stream()
				.filter((head) -> !head.status().isFinished())
				.map(Execution::of)
				.collect(Collectors.toSet());
			Set<Execution> called = calls.stream().map(JpaOrchestrationStore::execution).collect(Collectors.toSet());
			called.retainAll(open);
			Set<Outcome> outcomes = this.tables.history().outcomes(called);
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
	public void savePayloads(List<StoredPayload> payloads) {
		if (!payloads.isEmpty()) {
			this.transactions.inOwn("store large values", () -> {
				this.tables.payloads().insert(payloads);
				return true;
			});
		}
	}

	@Override
	public void replacePayload(StoredPayload payload) {
		this.transactions.inOwn("store a value", () -> {
			this.tables.payloads().replace(payload);
			return true;
		});
	}

	@Override
	public void removePayloads(Collection<PayloadHolder> holders) {
		if (!holders.isEmpty()) {
			this.transactions.inOwn("remove large values", () -> {
				this.tables.payloads().deleteHolders(holders);
				return true;
			});
		}
	}

	@Override
	public Once runOnce(String callId, Instant now, TransactionSettings settings, Supplier<Kept> work) {
		return this.transactions.inNew("run activity call '" + callId + "'", settings, (status) -> {
			if (!this.tables.inbox().insertUnlessPresent(new InboxTable.Row(callId, now))) {
				return Once.KNOWN;
			}
			Kept kept = work.get();
			if (status.isRollbackOnly() || !keep(kept)) {
				status.setRollbackOnly();
				return Once.ROLLED_BACK;
			}
			return Once.COMMITTED;
		});
	}

	/**
	 * Keeps an outcome, unless the activity has gone on after an error of the database.
	 */
	private boolean keep(Kept kept) {
		try {
			this.tables.outbox().insert(List.of(row(kept.entry())));
			this.tables.payloads().insert(kept.payloads());
			return true;
		}
		catch (DataAccessException ex) {
			if (StoreTransactions.isAborted(ex)) {
				return false;
			}
			throw ex;
		}
	}

	@Override
	public int purge(Collection<InstanceHead> instances) {
		if (instances.isEmpty()) {
			return 0;
		}
		List<InstanceHead> ordered = instances.stream()
			.distinct()
			.sorted(Comparator.comparing(InstanceHead::id))
			.toList();
		return this.transactions.inOwn("purge " + ordered.size() + " instances", () -> {
			List<String> ids = this.tables.instances().delete(ordered);
			this.tables.history().delete(ids);
			this.tables.payloads().delete(ids);
			return ids.size();
		});
	}

	@Override
	public int forgetReceived(Instant before) {
		return this.transactions.inOwn("forget received messages", () -> {
			this.tables.payloads().deleteOrphans(before);
			return this.tables.inbox().forget(before);
		});
	}

	/**
	 * What a client wants to be written. The ids in it make each of them one of its kind.
	 */
	private record ClientWrite(@Nullable NewInstance instance, List<OutboxTable.Row> entries,
			List<StoredPayload> payloads) {
	}

}
