package io.durablespring.spi;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import io.durablespring.IdReusePolicy;
import io.durablespring.InstanceAlreadyExistsException;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;

import org.jspecify.annotations.Nullable;

/**
 * Keeps instances, their history and their outgoing messages. One store serves one task
 * hub. Thread-safe; several nodes use the same tables at once.
 * <p>
 * Every method may throw {@link StoreUnavailableException} when trying again later may
 * help; then nothing has changed, as far as the store can tell. Any other exception means
 * that the data itself cannot be stored or read.
 */
public interface OrchestrationStore {

	/**
	 * Creates an instance and the outbox entries that start it, in the caller's
	 * transaction or, if there is none, in one of its own. Of concurrent calls with one
	 * id exactly one succeeds. An instance that is replaced goes with its history, its
	 * large values and the entries for its start and its timers, but without the values
	 * that are {@linkplain PayloadHolder#isOnItsWay() on their way}.
	 * @param instance the instance
	 * @param entries those with its start message and what comes before that
	 * @param reuse what happens if the id is taken
	 * @param afterCommit runs once the transaction has committed, never if it rolls back;
	 * must not throw
	 * @throws InstanceAlreadyExistsException if the policy does not let the instance that
	 * has the id be replaced; the caller's transaction stays usable
	 */
	void create(NewInstance instance, List<OutboxEntry> entries, Reuse reuse, Runnable afterCommit);

	/**
	 * Creates instances and the outbox entries that start them, all in the caller's
	 * transaction or, if there is none, in one of its own. One that may not have its id
	 * is left out and does not affect the others; of several with one id the first comes
	 * first.
	 * @param creations the instances
	 * @param entries gives the entries for those that have been created, by their
	 * execution ids; called once, in the transaction
	 * @param afterCommit takes these entries once the transaction has committed, never if
	 * it rolls back; must not throw
	 * @return the execution ids of those that have been created
	 * @see #create(NewInstance, List, Reuse, Runnable)
	 */
	Set<String> createAll(List<Creation> creations, Function<Set<String>, List<OutboxEntry>> entries,
			Consumer<List<OutboxEntry>> afterCommit);

	/**
	 * Adds an outbox entry, in the caller's transaction or, if there is none, in one of
	 * its own.
	 * @param entry the entry
	 * @param payloads the large values that its messages refer to
	 * @param afterCommit runs once the transaction has committed, never if it rolls back;
	 * must not throw
	 */
	void enqueue(OutboxEntry entry, List<StoredPayload> payloads, Runnable afterCommit);

	/**
	 * The instances with the given ids.
	 * @param instanceIds the ids
	 * @return those that exist, in no order
	 */
	List<InstanceHead> load(Collection<String> instanceIds);

	/**
	 * The histories of the given instances' current executions.
	 * @param heads the instances
	 * @return what could be read and what could not, each instance in one of the two
	 */
	Histories histories(Collection<InstanceHead> heads);

	/**
	 * Stores steps in one transaction: version-checked status, history, timers, received
	 * ids, instances that they start, large values, one outbox entry with the messages of
	 * all steps, one with their fallbacks, and the removal of entries that have been
	 * sent. An instance that a step starts replaces a finished one with its id; if an
	 * unfinished one has it, the message for that case goes out instead of the start. A
	 * step whose instance has another version by now, or one of whose received ids
	 * another step has stored by now, is left out whole and does not affect the others.
	 * @param batch the steps
	 * @return what was not stored
	 */
	Unstored commit(StepBatch batch);

	/**
	 * Which messages have been received before.
	 * @param messageIds the messages' ids
	 * @return those that have been
	 */
	Set<String> received(Collection<String> messageIds);

	/**
	 * Which activity calls have an outcome in history or belong to an execution that is
	 * finished, gone or not the current one.
	 * @param calls the calls
	 * @return the ids of those messages
	 */
	Set<String> settled(Collection<Message.ToActivity> calls);

	/**
	 * Stores large values, in a transaction of its own. What is stored already stays.
	 * @param payloads the values
	 */
	void savePayloads(List<StoredPayload> payloads);

	/**
	 * Stores a value in place of the one that has its holder and id, in a transaction of
	 * its own.
	 * @param payload the value
	 */
	void replacePayload(StoredPayload payload);

	/**
	 * Removes large values, in a transaction of its own.
	 * @param holders what they were kept for; unknown ones are ignored
	 */
	void removePayloads(Collection<PayloadHolder> holders);

	/**
	 * Runs an activity in a new transaction that also remembers the call and keeps the
	 * outcome: all of that happens, or nothing. The activity's own work on the same
	 * database is part of it if it joins the transaction.
	 * @param callId the id of the call's message, remembered like those of received
	 * messages
	 * @param now the current time
	 * @param settings how the transaction is to be
	 * @param work runs the activity; what it throws is thrown on, and rolls back
	 * @return what has become of it
	 */
	Once runOnce(String callId, Instant now, TransactionSettings settings, Supplier<Kept> work);

	/**
	 * Removes finished instances with everything that is stored for them, in one
	 * transaction of its own. Large values that are
	 * {@linkplain PayloadHolder#isOnItsWay() on their way} stay.
	 * @param instances the instances; one that has another execution by now, or has not
	 * finished, is left out
	 * @return how many were removed
	 */
	int purge(Collection<InstanceHead> instances);

	/**
	 * Forgets received messages, large values whose instance is gone, and those on their
	 * way that no unfinished instance can take in.
	 * @param before forgets what was received or stored before this time
	 * @return how many messages were forgotten
	 */
	int forgetReceived(Instant before);

	/**
	 * Histories by instance id.
	 *
	 * @param readable the events in order
	 * @param unreadable those of which an event cannot be decoded, which does not keep
	 * the others from being read
	 */
	record Histories(Map<String, List<HistoryEvent>> readable, Map<String, Unreadable> unreadable) {

		/** None at all. */
		public static final Histories NONE = new Histories(Map.of(), Map.of());

		public Histories {
			readable = Map.copyOf(readable);
			unreadable = Map.copyOf(unreadable);
		}

	}

	/**
	 * A history that cannot be decoded.
	 *
	 * @param length how many events it has
	 * @param lastTimestamp the latest timestamp of its events
	 * @param problem what is wrong with which event
	 */
	record Unreadable(int length, Instant lastTimestamp, String problem) {
	}

	/**
	 * What is kept of an activity that has run.
	 *
	 * @param entry the outbox entry with its outcome
	 * @param payloads the large values that the outcome refers to
	 */
	record Kept(OutboxEntry entry, List<StoredPayload> payloads) {

		public Kept {
			payloads = List.copyOf(payloads);
		}

	}

	/**
	 * What has become of an activity that must not run twice.
	 */
	enum Once {

		/** It has run, and its outcome is kept. */
		COMMITTED,

		/** It has run before, and its outcome was kept then. Nothing has happened now. */
		KNOWN,

		/** It has run and wants nothing of it to last. Nothing is kept. */
		ROLLED_BACK

	}

	/**
	 * What happens if the id of a new instance is taken.
	 *
	 * @param policy which instances are replaced
	 * @param farewell the messages to send, in the same transaction, when an instance is
	 * replaced that has not finished
	 */
	record Reuse(IdReusePolicy policy, Farewell farewell) {
	}

	/**
	 * One of many instances to create.
	 *
	 * @param instance the instance
	 * @param reuse what happens if its id is taken
	 */
	record Creation(NewInstance instance, Reuse reuse) {
	}

	/**
	 * Says what to send when an unfinished instance is replaced.
	 */
	@FunctionalInterface
	interface Farewell {

		/**
		 * The messages to send.
		 * @param replaced the instance
		 * @param children its unfinished sub-orchestrations
		 * @return the messages
		 */
		List<Message> of(InstanceHead replaced, List<InstanceHead> children);

	}

	/**
	 * What a commit did not store.
	 *
	 * @param leftOut ids of the instances whose steps were left out
	 * @param taken execution ids of the instances that were not created because
	 * unfinished ones have their instance ids
	 */
	record Unstored(Set<String> leftOut, Set<String> taken) {

		public Unstored {
			leftOut = Set.copyOf(leftOut);
			taken = Set.copyOf(taken);
		}

	}

	/**
	 * Steps to store together.
	 *
	 * @param steps the steps, one for each instance at most
	 * @param outboxId the id of the entry for their messages
	 * @param now the time of the commit
	 * @param claimedUntil until when the caller will try to send the entry; {@code null}
	 * if it leaves that to others
	 * @param sentEntries ids of entries that the broker has acknowledged; to be removed
	 * @param fallbackUntil until when the caller alone decides about what the steps have
	 * as a fallback. That is in an entry of its own,
	 * {@link OutboxEntry#fallbackId(String)}, which others may send from then on;
	 * {@code null} if there is none
	 */
	record StepBatch(List<StepCommit> steps, String outboxId, Instant now, @Nullable Instant claimedUntil,
			Collection<String> sentEntries, @Nullable Instant fallbackUntil) {

		public StepBatch {
			steps = List.copyOf(steps);
			sentEntries = List.copyOf(sentEntries);
		}

		/**
		 * Steps without a fallback.
		 * @param steps the steps, one for each instance at most
		 * @param outboxId the id of the entry for their messages
		 * @param now the time of the commit
		 * @param claimedUntil until when the caller will try to send the entry;
		 * {@code null} if it leaves that to others
		 * @param sentEntries ids of entries that the broker has acknowledged
		 */
		public StepBatch(List<StepCommit> steps, String outboxId, Instant now, @Nullable Instant claimedUntil,
				Collection<String> sentEntries) {
			this(steps, outboxId, now, claimedUntil, sentEntries, null);
		}

	}

}
