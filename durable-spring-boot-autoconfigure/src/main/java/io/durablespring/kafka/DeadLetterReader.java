package io.durablespring.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reads what waits on the dead-letter topic, once: from the position of the consumer's
 * group to where the topic ended when the reader was made. The consumer takes its
 * partitions without joining the group, so that reading waits for no rebalance and all
 * nodes can do it. For one thread.
 */
final class DeadLetterReader implements AutoCloseable {

	private static final Duration POLL = Duration.ofMillis(100);

	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

	private final Consumer<String, byte[]> consumer;

	private final Duration timeout;

	/** Of the partitions in which something waits. */
	private final Map<TopicPartition, Long> ends = new HashMap<>();

	private final Set<TopicPartition> unread = new HashSet<>();

	/**
	 * Creates a reader.
	 * @param consumer a consumer of the group; the reader closes it
	 * @param topic the dead-letter topic
	 * @param timeout how long to wait for each answer of the broker
	 */
	DeadLetterReader(Consumer<String, byte[]> consumer, String topic, Duration timeout) {
		this.consumer = consumer;
		this.timeout = timeout;
		try {
			position(topic);
		}
		catch (RuntimeException ex) {
			close();
			throw ex;
		}
	}

	private void position(String topic) {
		Set<TopicPartition> partitions = this.consumer.partitionsFor(topic, this.timeout)
			.stream()
			.map((partition) -> new TopicPartition(topic, partition.partition()))
			.collect(Collectors.toSet());
		// First: asked for later, it could lie behind the ends.
		Map<TopicPartition, OffsetAndMetadata> committed = this.consumer.committed(partitions, this.timeout);
		Map<TopicPartition, Long> starts = this.consumer.beginningOffsets(partitions, this.timeout);
		Map<TopicPartition, Long> from = new HashMap<>();
		this.consumer.endOffsets(partitions, this.timeout).forEach((partition, end) -> {
			long position = from(committed.get(partition), starts.getOrDefault(partition, 0L), end);
			if (position < end) {
				from.put(partition, position);
				this.ends.put(partition, end);
			}
		});
		this.consumer.assign(from.keySet());
		from.forEach(this.consumer::seek);
		this.unread.addAll(from.keySet());
	}

	/**
	 * Where what waits begins.
	 * @param committed the group's position, if it has one
	 * @param start where the partition begins by now: Kafka deletes what is old
	 * @param end where it ends
	 * @return an offset from start to end
	 */
	static long from(@Nullable OffsetAndMetadata committed, long start, long end) {
		// A position behind the end is that of a topic which was deleted and made anew.
		return (committed == null || committed.offset() > end) ? start : Math.max(committed.offset(), start);
	}

	/**
	 * The next records.
	 * @return some records, those of a partition in order; none at the end
	 * @throws TimeoutException if there should be more and none comes
	 */
	List<ConsumerRecord<String, byte[]>> next() {
		long deadline = System.nanoTime() + this.timeout.toNanos();
		while (!this.unread.isEmpty()) {
			List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
			this.consumer.poll(POLL).forEach((record) -> {
				if (record.offset() < end(new TopicPartition(record.topic(), record.partition()))) {
					records.add(record);
				}
			});
			List.copyOf(this.unread)
				.stream()
				.filter((partition) -> position(partition) == end(partition))
				.forEach(this::leave);
			if (!records.isEmpty()) {
				return records;
			}
			if (System.nanoTime() - deadline > 0) {
				throw new TimeoutException("No record within " + this.timeout.toMillis() + " ms");
			}
		}
		return List.of();
	}

	/**
	 * Reads no more of a partition.
	 */
	void leave(TopicPartition partition) {
		this.unread.remove(partition);
		this.consumer.pause(Set.of(partition));
	}

	/**
	 * Commits what has been read: it waits no longer.
	 */
	void commit() {
		this.consumer.commitSync(this.ends.keySet()
			.stream()
			.collect(Collectors.toMap((partition) -> partition,
					(partition) -> new OffsetAndMetadata(position(partition)))),
				this.timeout);
	}

	private long position(TopicPartition partition) {
		return Math.min(this.consumer.position(partition, this.timeout), end(partition));
	}

	private long end(TopicPartition partition) {
		return this.ends.getOrDefault(partition, 0L);
	}

	@Override
	public void close() {
		this.consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
	}

}
