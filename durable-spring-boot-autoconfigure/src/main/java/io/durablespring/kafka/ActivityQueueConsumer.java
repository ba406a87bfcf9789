package io.durablespring.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import io.durablespring.history.Message;
import io.durablespring.kafka.KafkaTransportSettings.ActivityMode;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.BatchInterceptor;
import org.springframework.kafka.listener.BatchMessageListener;
import org.springframework.kafka.listener.ConsumerAwareRebalanceListener;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;

/**
 * Consumes one activity queue. Calls are acknowledged in any order and by any thread; an
 * offset is committed only when every record before it is done. Callbacks run on the
 * consumer's thread.
 */
final class ActivityQueueConsumer implements ActivityConsumer, BatchMessageListener<String, byte[]>,
		ConsumerAwareRebalanceListener, BatchInterceptor<String, byte[]> {

	/** How many calls wait here at most, besides those of one more poll. */
	static final int BUFFERED = 100;

	private static final Logger logger = LoggerFactory.getLogger(ActivityQueueConsumer.class);

	private static final Duration PUT_ASIDE_RETRY = Duration.ofSeconds(5);

	private static final Duration OFFSETS_TIMEOUT = Duration.ofSeconds(5);

	/** How long the consumer does not poll while it is paused, unless woken up. */
	private static final long PAUSE_NANOS = Duration.ofMillis(50).toNanos();

	private final @Nullable String queue;

	private final String topic;

	private final WireFormat wire;

	private final DeadLetters deadLetters;

	private final ActivityDispatcher dispatcher;

	private final long commitNanos;

	private final Map<TopicPartition, PartitionProgress> progress = new ConcurrentHashMap<>();

	private final AtomicInteger buffered = new AtomicInteger();

	private final AtomicInteger running = new AtomicInteger();

	private final KafkaMessageListenerContainer<String, byte[]> container;

	private volatile @Nullable Thread consumerThread;

	private volatile boolean draining;

	private long nextCommit = System.nanoTime();

	ActivityQueueConsumer(String queue, WireFormat wire, DeadLetters deadLetters, ActivityDispatcher dispatcher,
			Containers containers, Duration commitInterval) {
		this.queue = queue.isEmpty() ? null : queue;
		this.wire = wire;
		this.deadLetters = deadLetters;
		this.dispatcher = dispatcher;
		this.commitNanos = commitInterval.toNanos();
		this.topic = containers.topic(this.queue);
		this.container = containers.activities(this.topic, this);
	}

	@Override
	public void start() {
		this.container.start();
	}

	@Override
	public String topic() {
		return this.topic;
	}

	@Override
	public String group() {
		return this.topic;
	}

	@Override
	public ActivityMode mode() {
		return ActivityMode.CLASSIC;
	}

	@Override
	public @Nullable String problem() {
		return this.container.isInExpectedState() ? null : "The consumer of topic " + this.topic + " has stopped";
	}

	@Override
	public int buffered() {
		return this.buffered.get();
	}

	/**
	 * Takes no more calls but keeps its partitions, and goes on committing, until those
	 * that run are acknowledged: another node would run them a second time.
	 */
	@Override
	public void drain() {
		this.draining = true;
		this.container.pause();
	}

	@Override
	public void close(Duration timeout) {
		this.container.stop();
	}

	// --- The consumer's thread

	@Override
	public void onMessage(List<ConsumerRecord<String, byte[]>> records) {
		List<Call> calls = new ArrayList<>(records.size());
		for (ConsumerRecord<String, byte[]> record : records) {
			PartitionProgress partition = progressOf(new TopicPartition(record.topic(), record.partition()));
			PartitionProgress.Slot slot = partition.add(record.offset());
			try {
				Message.ToActivity message = this.wire.call(record, this.queue);
				calls.add(new Call(message, partition, slot,
						partition.mayBeOld(record.offset()) || this.wire.resent(record),
						Instant.ofEpochMilli(record.timestamp())));
			}
			catch (MalformedRecordException ex) {
				putAside(record, slot, String.valueOf(ex.getMessage()));
			}
		}
		if (this.buffered.addAndGet(calls.size()) >= BUFFERED) {
			this.container.pause();
		}
		this.dispatcher.add(calls);
	}

	private void putAside(ConsumerRecord<String, byte[]> record, PartitionProgress.Slot slot, String reason) {
		this.deadLetters.received(record, reason).whenComplete((ignored, failure) -> {
			if (failure == null) {
				slot.done();
			}
			else if (!this.draining) {
				// Until it is aside, nothing behind it can be committed.
				logger.error("Putting aside the record at {}-{}@{} failed and is tried again in {}", record.topic(),
						record.partition(), record.offset(), PUT_ASIDE_RETRY, failure);
				CompletableFuture.delayedExecutor(PUT_ASIDE_RETRY.toMillis(), TimeUnit.MILLISECONDS)
					.execute(() -> putAside(record, slot, reason));
			}
		});
	}

	private PartitionProgress progressOf(TopicPartition partition) {
		return this.progress.computeIfAbsent(partition, (key) -> new PartitionProgress(Long.MAX_VALUE));
	}

	@Override
	public ConsumerRecords<String, byte[]> intercept(ConsumerRecords<String, byte[]> records,
			Consumer<String, byte[]> consumer) {
		return records;
	}

	/**
	 * Called before each poll: the one place that comes by regularly, whether records
	 * arrive or not.
	 */
	@Override
	public void setupThreadState(Consumer<?, ?> consumer) {
		long now = System.nanoTime();
		if (now - this.nextCommit >= 0) {
			this.nextCommit = now + this.commitNanos;
			commit(consumer);
		}
		if (!this.draining) {
			resumeIfDrained();
		}
		else if (this.running.get() == 0) {
			this.container.stop(() -> {
			});
		}
		if (this.container.isPauseRequested()) {
			awaitResume();
		}
	}

	/**
	 * Waits here while nothing more is wanted. A consumer of the group protocol that has
	 * fetched records of paused partitions does not wait in a poll but spins
	 * (KafkaConsumer 4.2 with {@code group.protocol=consumer}), so polls are short then.
	 */
	private void awaitResume() {
		this.consumerThread = Thread.currentThread();
		if (this.container.isPauseRequested()) {
			LockSupport.parkNanos(this, PAUSE_NANOS);
		}
	}

	private void commit(Consumer<?, ?> consumer) {
		Map<TopicPartition, OffsetAndMetadata> offsets = committable(this.progress.keySet());
		if (!offsets.isEmpty()) {
			consumer.commitAsync(offsets, (committed, failure) -> {
				if (failure != null) {
					logger.debug("Committing {} again later", committed, failure);
				}
				else {
					committed.forEach((partition, offset) -> progressOf(partition).committed(offset.offset()));
				}
			});
		}
	}

	private Map<TopicPartition, OffsetAndMetadata> committable(Collection<TopicPartition> partitions) {
		Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
		for (TopicPartition partition : partitions) {
			PartitionProgress state = this.progress.get(partition);
			long offset = (state != null) ? state.committable() : -1;
			if (offset >= 0) {
				offsets.put(partition, new OffsetAndMetadata(offset));
			}
		}
		return offsets;
	}

	@Override
	public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
		Map<TopicPartition, Long> ends = Map.of();
		try {
			ends = consumer.endOffsets(partitions, OFFSETS_TIMEOUT);
		}
		catch (KafkaException ex) {
			logger.debug("Taking all of {} for delivered before: their ends are unknown", partitions, ex);
		}
		for (TopicPartition partition : partitions) {
			this.progress.put(partition, new PartitionProgress(ends.getOrDefault(partition, Long.MAX_VALUE)));
		}
	}

	@Override
	public void onPartitionsRevokedBeforeCommit(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
		Map<TopicPartition, OffsetAndMetadata> offsets = committable(partitions);
		partitions.forEach((partition) -> {
			PartitionProgress state = this.progress.remove(partition);
			if (state != null) {
				state.revoke();
			}
		});
		if (!offsets.isEmpty()) {
			try {
				consumer.commitSync(offsets, OFFSETS_TIMEOUT);
			}
			catch (KafkaException ex) {
				logger.debug("Another node will see the calls before {} once more", offsets, ex);
			}
		}
	}

	private void resumeIfDrained() {
		if (this.buffered.get() <= BUFFERED / 2 && this.container.isPauseRequested() && !this.draining) {
			this.container.resume();
			Thread waiting = this.consumerThread;
			if (waiting != null) {
				LockSupport.unpark(waiting);
			}
		}
	}

	private final class Call implements ActivityDispatcher.QueuedCall {

		private final Message.ToActivity message;

		private final PartitionProgress partition;

		private final PartitionProgress.Slot slot;

		private final Instant sentAt;

		private final AtomicBoolean acknowledged = new AtomicBoolean();

		private volatile boolean redelivered;

		Call(Message.ToActivity message, PartitionProgress partition, PartitionProgress.Slot slot, boolean redelivered,
				Instant sentAt) {
			this.sentAt = sentAt;
			this.message = message;
			this.partition = partition;
			this.slot = slot;
			this.redelivered = redelivered;
		}

		@Override
		public boolean take() {
			ActivityQueueConsumer.this.buffered.decrementAndGet();
			resumeIfDrained();
			if (this.partition.isRevoked()) {
				return false;
			}
			ActivityQueueConsumer.this.running.incrementAndGet();
			return true;
		}

		@Override
		public void putBack() {
			this.redelivered = true;
			ActivityQueueConsumer.this.running.decrementAndGet();
			ActivityQueueConsumer.this.buffered.incrementAndGet();
		}

		@Override
		public Message.ToActivity message() {
			return this.message;
		}

		@Override
		public boolean redelivered() {
			return this.redelivered;
		}

		@Override
		public Instant sentAt() {
			return this.sentAt;
		}

		@Override
		public void acknowledge() {
			if (this.acknowledged.compareAndSet(false, true)) {
				this.slot.done();
				ActivityQueueConsumer.this.running.decrementAndGet();
				ActivityQueueConsumer.this.dispatcher.wakeUp();
			}
		}

	}

}
