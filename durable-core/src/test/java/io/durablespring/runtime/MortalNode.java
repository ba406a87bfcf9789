package io.durablespring.runtime;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.durablespring.StoreUnavailableException;
import io.durablespring.history.Message;
import io.durablespring.local.InMemoryStore;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.NewInstance;
import io.durablespring.spi.Outbox;
import io.durablespring.spi.OutboxEntry;
import io.durablespring.spi.StoredPayload;
import io.durablespring.spi.Transport;

/**
 * The connections of a node that dies at one arrow of its work. From then on nothing of
 * it comes out any more, and nothing gets in.
 */
final class MortalNode {

	private final InMemoryStore memory;

	private final LastingBroker broker;

	private final Arrow end;

	private final AtomicInteger left;

	private volatile boolean dead;

	MortalNode(InMemoryStore memory, LastingBroker broker, Arrow end) {
		this(memory, broker, end, 1);
	}

	/** One that dies when it comes to an arrow for the so manieth time. */
	MortalNode(InMemoryStore memory, LastingBroker broker, Arrow end, int time) {
		this.left = new AtomicInteger(time);
		this.memory = memory;
		this.broker = broker;
		this.end = end;
	}

	boolean isDead() {
		return this.dead;
	}

	/** The node comes to an arrow. */
	void at(Arrow arrow) {
		this.dead |= arrow == this.end && this.left.decrementAndGet() == 0;
		if (this.dead) {
			throw new StoreUnavailableException("dead", null);
		}
	}

	private <T> T between(Arrow before, Supplier<T> call, Arrow after) {
		at(before);
		T result = call.get();
		at(after);
		return result;
	}

	/**
	 * Where a node can die.
	 */
	enum Arrow {

		BEFORE_THE_START_IS_COMMITTED, BEFORE_THE_START_IS_SENT, BEFORE_INSTANCES_ARE_LOADED,
		AFTER_INSTANCES_ARE_LOADED, BEFORE_THE_STEP_IS_COMMITTED, AFTER_THE_STEP_IS_COMMITTED,
		AFTER_THE_OFFSET_IS_COMMITTED, AFTER_CALLS_ARE_SENT, INSIDE_AN_ACTIVITY, AFTER_AN_ACTIVITY,
		AFTER_ITS_COMPLETION_IS_SENT, NEVER, ELSEWHERE

	}

	/**
	 * Its connection to the store.
	 */
	final class Store extends FaultyStore {

		Store() {
			super(MortalNode.this.memory);
			this.commit = (batch) -> between(Arrow.BEFORE_THE_STEP_IS_COMMITTED,
					() -> MortalNode.this.memory.commit(batch), Arrow.AFTER_THE_STEP_IS_COMMITTED);
		}

		@Override
		public void create(NewInstance instance, List<OutboxEntry> entries, Reuse reuse, Runnable afterCommit) {
			at(Arrow.BEFORE_THE_START_IS_COMMITTED);
			super.create(instance, entries, reuse, afterCommit);
		}

		@Override
		public void enqueue(OutboxEntry entry, List<StoredPayload> payloads, Runnable afterCommit) {
			at(Arrow.ELSEWHERE);
			super.enqueue(entry, payloads, afterCommit);
		}

		@Override
		public List<InstanceHead> load(Collection<String> instanceIds) {
			return between(Arrow.BEFORE_INSTANCES_ARE_LOADED, () -> super.load(instanceIds),
					Arrow.AFTER_INSTANCES_ARE_LOADED);
		}

		@Override
		public Histories histories(Collection<InstanceHead> heads) {
			return between(Arrow.ELSEWHERE, () -> super.histories(heads), Arrow.ELSEWHERE);
		}

		@Override
		public Set<String> settled(Collection<Message.ToActivity> calls) {
			return between(Arrow.ELSEWHERE, () -> super.settled(calls), Arrow.ELSEWHERE);
		}

	}

	/**
	 * Its connection to the outbox.
	 */
	final class Entries implements Outbox {

		@Override
		public List<OutboxEntry> claim(Instant dueBefore, Instant now, Instant claimedUntil, int limit) {
			at(Arrow.ELSEWHERE);
			return MortalNode.this.memory.claim(dueBefore, now, claimedUntil, limit);
		}

		@Override
		public void extend(Collection<String> entryIds, Instant claimedUntil) {
			at(Arrow.ELSEWHERE);
			MortalNode.this.memory.extend(entryIds, claimedUntil);
		}

		@Override
		public void remove(Collection<String> entryIds) {
			at(Arrow.ELSEWHERE);
			MortalNode.this.memory.remove(entryIds);
		}

		@Override
		public Optional<Instant> oldestUnsent(Instant now, Set<String> held) {
			return MortalNode.this.memory.oldestUnsent(now, held);
		}

	}

	/**
	 * Its connection to the broker.
	 */
	final class Link implements Transport {

		private volatile Receiver receiver;

		Receiver receiver() {
			return this.receiver;
		}

		@Override
		public void start(Subscription subscription, Receiver started) {
			this.receiver = started;
		}

		@Override
		public void stop() {
		}

		@Override
		public void close() {
		}

		/** No answer, rather than a bad one, if it dies after the broker has them. */
		@Override
		public CompletionStage<?> send(List<? extends Message> messages, boolean resent) {
			Message first = messages.get(0);
			boolean outcome = first.id().endsWith(":done");
			at(outcome ? Arrow.AFTER_AN_ACTIVITY : (first instanceof Message.ToActivity)
					? Arrow.AFTER_THE_OFFSET_IS_COMMITTED : Arrow.BEFORE_THE_START_IS_SENT);
			MortalNode.this.broker.take(messages, resent);
			at(outcome ? Arrow.AFTER_ITS_COMPLETION_IS_SENT
					: (first instanceof Message.ToActivity) ? Arrow.AFTER_CALLS_ARE_SENT : Arrow.ELSEWHERE);
			return CompletableFuture.completedFuture(null);
		}

		@Override
		public void deadLetter(Message message, String reason) {
			throw new AssertionError("Put aside " + message + ": " + reason);
		}

		@Override
		public Status status() {
			return new Status("mortal", null, Map.of(), Map.of());
		}

	}

}
