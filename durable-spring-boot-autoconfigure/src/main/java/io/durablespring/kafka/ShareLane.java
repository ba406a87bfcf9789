package io.durablespring.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One member of a share group, with a thread of its own. Kafka's client gives a member
 * the next records only when all of the last ones are settled; so a lane takes some, lets
 * another lane take the next, and keeps the locks of its own until the last of them is
 * acknowledged.
 */
final class ShareLane implements Runnable {

	private static final Logger logger = LoggerFactory.getLogger(ShareLane.class);

	/** As long as it takes. */
	private static final Duration PATIENCE = Duration.ofHours(1);

	/** Whether a consumer works is known by then. */
	private static final Duration PROBE = Duration.ofSeconds(2);

	private static final int DEFAULT_LOCK_MILLIS = 30_000;

	private static final Position WAKE = new Position(-1, -1);

	private final ShareQueueConsumer owner;

	private final long commitNanos;

	private final Thread thread;

	private final BlockingQueue<Position> settled = new LinkedBlockingQueue<>();

	/** What the broker has locked for this lane. Of the lane's thread. */
	private final Map<Position, Held> open = new HashMap<>();

	/** Guarded by this: to be woken in a poll, and nowhere else. */
	private @Nullable ShareConsumer<String, byte[]> polling;

	private boolean turn;

	private boolean uncommitted;

	private long commitAt;

	ShareLane(ShareQueueConsumer owner, Duration commitInterval, String name) {
		this.owner = owner;
		this.commitNanos = commitInterval.toNanos();
		this.thread = new Thread(this, name);
		this.thread.setDaemon(true);
	}

	void start() {
		this.thread.start();
	}

	/** Makes the lane look whether it is to stop. */
	synchronized void wakeUp() {
		this.settled.add(WAKE);
		if (this.polling != null) {
			this.polling.wakeup();
		}
	}

	void join(long millis) throws InterruptedException {
		this.thread.join(Math.max(1, millis));
	}

	@Override
	public void run() {
		try {
			for (this.turn = this.owner.awaitTurn(); this.turn; this.turn = this.owner.awaitTurn()) {
				if (this.owner.awaitRoom()) {
					serve();
				}
				endTurn(true);
			}
		}
		finally {
			endTurn(true);
			this.owner.ended(this);
		}
	}

	private void endTurn(boolean spare) {
		if (this.turn) {
			this.turn = false;
			this.owner.endTurn(spare);
		}
	}

	/** With one consumer, as long as it works and there are turns. */
	private void serve() {
		ShareConsumer<String, byte[]> consumer = null;
		try {
			consumer = this.owner.join();
			do {
				ConsumerRecords<String, byte[]> records = poll(consumer);
				// First: the next lane takes into account what is here.
				hold(records);
				endTurn(true);
				long lock = consumer.acquisitionLockTimeoutMs().orElse(DEFAULT_LOCK_MILLIS);
				settle(consumer, TimeUnit.MILLISECONDS.toNanos(lock / 3));
				this.turn = this.owner.awaitTurn();
			}
			while (this.turn && this.owner.awaitRoom());
		}
		catch (RuntimeException ex) {
			this.owner.failed(ex);
		}
		finally {
			close(consumer);
		}
		if (this.owner.isFailing()) {
			// With the turn: no other lane has to find out.
			this.owner.pause();
			endTurn(false);
		}
	}

	private void close(@Nullable ShareConsumer<String, byte[]> consumer) {
		this.open.values().forEach(Held::lose);
		this.open.clear();
		this.uncommitted = false;
		if (consumer != null) {
			try {
				// The broker gives what is not acknowledged to others.
				consumer.close(ShareQueueConsumer.CLOSE_TIMEOUT);
			}
			catch (RuntimeException ex) {
				logger.debug("Closing a consumer of {} failed", this.owner.topic(), ex);
			}
		}
	}

	/**
	 * Does not end before there is something, and asks once. A client whose poll ends
	 * without records goes on fetching, and the next poll may make it fetch once more
	 * than it hands out: nobody would renew the locks of what waits in it then.
	 */
	private ConsumerRecords<String, byte[]> poll(ShareConsumer<String, byte[]> consumer) {
		try {
			ConsumerRecords<String, byte[]> records = ConsumerRecords.empty();
			while (records.isEmpty() && isToPoll(consumer)) {
				records = consumer.poll(this.owner.isFailing() ? PROBE : PATIENCE);
				this.owner.succeeded();
			}
			return records;
		}
		catch (WakeupException ex) {
			logger.debug("Taking no more calls from {}", this.owner.topic());
			return ConsumerRecords.empty();
		}
		finally {
			synchronized (this) {
				this.polling = null;
			}
		}
	}

	private synchronized boolean isToPoll(ShareConsumer<String, byte[]> consumer) {
		this.polling = this.owner.isStopping() ? null : consumer;
		return this.polling != null;
	}

	private void hold(ConsumerRecords<String, byte[]> records) {
		for (ConsumerRecord<String, byte[]> record : records) {
			this.open.put(Position.of(record), new Held(record));
		}
		this.open
			.forEach((position, held) -> held.call = this.owner.receive(held.record, () -> this.settled.add(position)));
		this.owner
			.dispatch(this.open.values().stream().flatMap((held) -> Optional.ofNullable(held.call).stream()).toList());
	}

	private void settle(ShareConsumer<String, byte[]> consumer, long renewal) {
		long renewAt = System.nanoTime() + renewal;
		while (!this.open.isEmpty()) {
			accept(consumer, renewAt);
			if (this.owner.isStopping()) {
				release(consumer);
			}
			long now = System.nanoTime();
			if (this.uncommitted && (this.open.isEmpty() || this.owner.isClosing() || now - this.commitAt >= 0)) {
				consumer.commitAsync();
				this.uncommitted = false;
			}
			if (this.owner.isClosing()) {
				return;
			}
			if (!this.open.isEmpty() && now - renewAt >= 0) {
				renew(consumer);
				renewAt = System.nanoTime() + renewal;
			}
		}
	}

	private void accept(ShareConsumer<String, byte[]> consumer, long renewAt) {
		long wait = renewAt - System.nanoTime();
		if (this.uncommitted) {
			wait = Math.min(wait, this.commitAt - System.nanoTime());
		}
		try {
			for (Position next = this.settled.poll(wait, TimeUnit.NANOSECONDS); next != null; next = this.settled
				.poll()) {
				// Of an earlier consumer if there is none.
				Held held = this.open.remove(next);
				if (held != null) {
					acknowledge(consumer, held, AcknowledgeType.ACCEPT);
				}
			}
		}
		catch (InterruptedException ex) {
			logger.debug("Ignoring an interrupt: drain() and close() end this thread", ex);
		}
	}

	private void acknowledge(ShareConsumer<String, byte[]> consumer, Held held, AcknowledgeType type) {
		consumer.acknowledge(held.record, type);
		if (!this.uncommitted) {
			this.uncommitted = true;
			this.commitAt = System.nanoTime() + this.commitNanos;
		}
	}

	/** Lets others have what nobody has begun. */
	private void release(ShareConsumer<String, byte[]> consumer) {
		this.open.values().removeIf((held) -> {
			ShareCall call = held.call;
			boolean free = call != null && call.giveUp();
			if (free) {
				acknowledge(consumer, held, AcknowledgeType.RELEASE);
			}
			return free;
		});
	}

	private void renew(ShareConsumer<String, byte[]> consumer) {
		this.open.values().forEach((held) -> consumer.acknowledge(held.record, AcknowledgeType.RENEW));
		this.uncommitted = false;
		for (Optional<KafkaException> failure : consumer.commitSync().values()) {
			if (failure.isPresent()) {
				throw new KafkaException("The locks of " + this.open.size() + " calls could not be renewed",
						failure.get());
			}
		}
		// The client hands out once more what it has renewed. It has it by now: waiting
		// would let it fetch others.
		Set<Position> renewed = new HashSet<>();
		consumer.poll(Duration.ZERO).forEach((record) -> renewed.add(Position.of(record)));
		if (!renewed.containsAll(this.open.keySet())) {
			throw new KafkaException("The locks of " + (this.open.size() - renewed.size()) + " calls are lost");
		}
	}

	/** What is locked. */
	private static final class Held {

		private final ConsumerRecord<String, byte[]> record;

		/** Not there while the record is sent on or put aside. */
		private @Nullable ShareCall call;

		Held(ConsumerRecord<String, byte[]> record) {
			this.record = record;
		}

		void lose() {
			if (this.call != null) {
				this.call.lose();
			}
		}

	}

	private record Position(int partition, long offset) {

		static Position of(ConsumerRecord<?, ?> record) {
			return new Position(record.partition(), record.offset());
		}

	}

}
