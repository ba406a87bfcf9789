package io.durablespring.spi;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.durablespring.InstanceAlreadyExistsException;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;

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
	 * Creates an instance and the outbox entry that starts it, in the caller's
	 * transaction or, if there is none, in one of its own. Of concurrent calls with one
	 * id exactly one succeeds. A finished instance with the id is replaced, its history
	 * removed.
	 * @param instance the instance
	 * @param entry the entry with its start message
	 * @param afterCommit runs once the transaction has committed, never if it rolls back;
	 * must not throw
	 * @throws InstanceAlreadyExistsException if an unfinished instance has the id; the
	 * caller's transaction stays usable
	 */
	void create(NewInstance instance, OutboxEntry entry, Runnable afterCommit);

	/**
	 * Adds an outbox entry, in the caller's transaction or, if there is none, in one of
	 * its own.
	 * @param entry the entry
	 * @param afterCommit runs once the transaction has committed, never if it rolls back;
	 * must not throw
	 */
	void enqueue(OutboxEntry entry, Runnable afterCommit);

	/**
	 * The instances with the given ids.
	 * @param instanceIds the ids
	 * @return those that exist, in no order
	 */
	List<InstanceHead> load(Collection<String> instanceIds);

	/**
	 * The histories of the given instances' current executions.
	 * @param heads the instances
	 * @return the events in order, by instance id; an instance whose history cannot be
	 * decoded is left out, and does not keep the others from being read
	 */
	Map<String, List<HistoryEvent>> histories(Collection<InstanceHead> heads);

	/**
	 * Stores steps in one transaction: version-checked status, history, timers, received
	 * ids, one outbox entry with the messages of all steps, and the removal of entries
	 * that have been sent. A step whose instance has another version by now, or one of
	 * whose received ids another step has stored by now, is left out whole and does not
	 * affect the others.
	 * @param batch the steps
	 * @return the ids of the instances that were left out
	 */
	Set<String> commit(StepBatch batch);

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
	 * Forgets received messages.
	 * @param before forgets those received before this time
	 * @return how many were forgotten
	 */
	int forgetReceived(Instant before);

	/**
	 * Steps to store together.
	 *
	 * @param steps the steps, one for each instance at most
	 * @param outboxId the id of the entry for their messages
	 * @param now the time of the commit
	 * @param claimedUntil until when the caller will try to send the entry
	 * @param sentEntries ids of entries that the broker has acknowledged; to be removed
	 */
	record StepBatch(List<StepCommit> steps, String outboxId, Instant now, Instant claimedUntil,
			Collection<String> sentEntries) {

		public StepBatch {
			steps = List.copyOf(steps);
			sentEntries = List.copyOf(sentEntries);
		}

	}

}
