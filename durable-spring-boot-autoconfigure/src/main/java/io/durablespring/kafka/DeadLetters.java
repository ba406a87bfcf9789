package io.durablespring.kafka;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts records aside on a topic of their own, with the reason in a header. Thread-safe.
 */
final class DeadLetters {

	static final String REASON = "durable-dead-letter-reason";

	static final String TOPIC = "durable-dead-letter-topic";

	static final String PARTITION = "durable-dead-letter-partition";

	static final String OFFSET = "durable-dead-letter-offset";

	static final String VALUE_DROPPED = "durable-dead-letter-value-dropped";

	static final List<String> HEADERS = List.of(REASON, TOPIC, PARTITION, OFFSET, VALUE_DROPPED);

	private static final Logger logger = LoggerFactory.getLogger(DeadLetters.class);

	private static final int MAX_REASON = 1000;

	private final Topics topics;

	private final RecordSender sender;

	private final AtomicLong count = new AtomicLong();

	DeadLetters(Topics topics, RecordSender sender) {
		this.topics = topics;
		this.sender = sender;
	}

	long count() {
		return this.count.get();
	}

	/**
	 * Puts a received record aside.
	 * @param record the record
	 * @param reason why it cannot be processed
	 * @return done when it is safe
	 */
	CompletableFuture<?> received(ConsumerRecord<String, byte[]> record, String reason) {
		logger.warn("Putting aside the record at {}-{}@{}: {}", record.topic(), record.partition(), record.offset(),
				reason);
		RecordHeaders headers = new RecordHeaders(record.headers().toArray());
		return putAside(record.key(), record.value(), headers, Map.of(REASON, reason, TOPIC, record.topic(), PARTITION,
				String.valueOf(record.partition()), OFFSET, String.valueOf(record.offset())));
	}

	/**
	 * Puts a record aside that has not been sent.
	 * @param record the record
	 * @param reason why not
	 * @return done when it is safe
	 */
	CompletableFuture<?> unsent(ProducerRecord<String, byte[]> record, String reason) {
		logger.warn("Putting aside a message of instance '{}' for {}: {}", record.key(), record.topic(), reason);
		RecordHeaders headers = new RecordHeaders(record.headers().toArray());
		return putAside(record.key(), record.value(), headers, Map.of(REASON, reason, TOPIC, record.topic()));
	}

	private CompletableFuture<?> putAside(@Nullable String key, byte @Nullable [] value, RecordHeaders headers,
			Map<String, String> added) {
		// What somebody has copied from here must not tell of its former time here.
		HEADERS.forEach(headers::remove);
		added.forEach((name, text) -> headers.add(name,
				text.substring(0, Math.min(text.length(), MAX_REASON)).getBytes(StandardCharsets.UTF_8)));
		ProducerRecord<String, byte[]> record;
		try {
			record = record(key, value, headers);
		}
		catch (TopicUnavailableException ex) {
			return CompletableFuture.failedFuture(ex);
		}
		return this.sender.send(record)
			// Not on the producer's thread, which must never wait for itself.
			.handleAsync((metadata, failure) -> (failure instanceof RecordTooLargeException)
					? this.sender.send(withoutValue(key, headers)) : settled(metadata, failure))
			.thenCompose((stage) -> stage)
			.thenRun(this.count::incrementAndGet);
	}

	private ProducerRecord<String, byte[]> withoutValue(@Nullable String key, RecordHeaders headers) {
		RecordHeaders marked = new RecordHeaders(headers.toArray());
		marked.add(VALUE_DROPPED, "true".getBytes(StandardCharsets.UTF_8));
		return record(key, null, marked);
	}

	/**
	 * Those of an instance lie in one partition, whatever partitioner the application has
	 * set, so that they can be sent in order again.
	 */
	private ProducerRecord<String, byte[]> record(@Nullable String key, byte @Nullable [] value,
			RecordHeaders headers) {
		String topic = this.topics.deadLetters();
		Integer partition = (key != null) ? this.topics.partition(topic, key) : null;
		return new ProducerRecord<>(topic, partition, key, value, headers);
	}

	private static CompletableFuture<RecordMetadata> settled(RecordMetadata metadata, @Nullable Throwable failure) {
		return (failure == null) ? CompletableFuture.completedFuture(metadata)
				: CompletableFuture.failedFuture(failure);
	}

}
