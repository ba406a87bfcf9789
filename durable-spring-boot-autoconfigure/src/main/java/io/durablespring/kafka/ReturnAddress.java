package io.durablespring.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.durablespring.history.HistoryCodec;
import io.durablespring.history.HistoryEvent;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Tells where a dead letter is sent to when it is redriven, and whether it may be.
 * Thread-safe.
 */
final class ReturnAddress {

	private static final Set<String> COMMANDS = Stream.of(HistoryEvent.Command.class.getPermittedSubclasses())
		.map((type) -> HistoryCodec.nameOf(type.asSubclass(HistoryEvent.class)))
		.collect(Collectors.toUnmodifiableSet());

	private final Topics topics;

	private final Duration receivedRetention;

	private final Clock clock;

	ReturnAddress(Topics topics, Duration receivedRetention, Clock clock) {
		this.topics = topics;
		this.receivedRetention = receivedRetention;
		this.clock = clock;
	}

	/**
	 * Why a dead letter cannot be redriven.
	 * @param letter the dead letter
	 * @return a sentence; {@code null} if it can
	 */
	@Nullable String obstacle(ConsumerRecord<String, byte[]> letter) {
		String topic = WireFormat.header(letter, DeadLetters.TOPIC);
		if (topic == null) {
			return "It does not say where it came from";
		}
		if (!this.topics.carriesMessages(topic)) {
			// Or whoever may write here could write anywhere.
			return "'" + topic + "' is no topic that carries messages of this task hub";
		}
		if (letter.headers().lastHeader(DeadLetters.VALUE_DROPPED) != null) {
			return "Its value was too large to keep";
		}
		// Once redriven, its id is remembered for so long. Kafka may forget that it was.
		if (COMMANDS.contains(String.valueOf(WireFormat.header(letter, WireFormat.TYPE)))
				&& time(letter).isBefore(this.clock.instant().minus(this.receivedRetention))) {
			return "It is from before durable.inbox.retention (%s): whether it was received since is forgotten by now"
				.formatted(this.receivedRetention);
		}
		return null;
	}

	static Instant time(ConsumerRecord<?, ?> letter) {
		return Instant.ofEpochMilli(letter.timestamp());
	}

	/**
	 * Where a dead letter came from or was to go, for people.
	 */
	static String origin(ConsumerRecord<?, ?> letter) {
		String topic = WireFormat.header(letter, DeadLetters.TOPIC);
		String partition = WireFormat.header(letter, DeadLetters.PARTITION);
		String offset = WireFormat.header(letter, DeadLetters.OFFSET);
		if (topic == null) {
			return "?";
		}
		return (partition != null && offset != null) ? topic + "-" + partition + "@" + offset : topic;
	}

	/**
	 * The record to send for a dead letter that has no obstacle, on the partition on
	 * which it would be if it were sent for the first time now.
	 * @param letter the dead letter
	 * @return the record, marked as sent again
	 * @throws TopicUnavailableException if its topic is not there
	 */
	ProducerRecord<String, byte[]> addressed(ConsumerRecord<String, byte[]> letter) {
		ProducerRecord<String, byte[]> record = unaddressed(letter);
		String key = letter.key();
		if (key != null && record.headers().lastHeader(WireFormat.REPLY_PARTITION) != null) {
			record.headers().remove(WireFormat.REPLY_PARTITION);
			record.headers()
				.add(WireFormat.REPLY_PARTITION,
						bytes(String.valueOf(this.topics.partition(this.topics.orchestrations(), key))));
		}
		return new ProducerRecord<>(record.topic(), partition(record.topic(), key, letter), key, record.value(),
				record.headers());
	}

	private @Nullable Integer partition(String topic, @Nullable String key, ConsumerRecord<String, byte[]> letter) {
		if (key != null) {
			return this.topics.partition(topic, key);
		}
		String former = WireFormat.header(letter, DeadLetters.PARTITION);
		int count = this.topics.partitions(topic);
		return (former != null && former.matches("\\d{1,6}") && Integer.parseInt(former) < count)
				? Integer.valueOf(former) : null;
	}

	/**
	 * The same without a partition, which cannot be told if the topic is not there.
	 */
	ProducerRecord<String, byte[]> unaddressed(ConsumerRecord<String, byte[]> letter) {
		RecordHeaders headers = new RecordHeaders(letter.headers().toArray());
		DeadLetters.HEADERS.forEach(headers::remove);
		headers.remove(WireFormat.RESENT);
		headers.add(WireFormat.RESENT, bytes("true"));
		return new ProducerRecord<>(String.valueOf(WireFormat.header(letter, DeadLetters.TOPIC)), null, letter.key(),
				letter.value(), headers);
	}

	/**
	 * The record to send in place of one that was received, to where it came from.
	 * @param record the record
	 * @return the same, marked as sent again
	 */
	static ProducerRecord<String, byte[]> resent(ConsumerRecord<String, byte[]> record) {
		RecordHeaders headers = new RecordHeaders(record.headers().toArray());
		headers.remove(WireFormat.RESENT);
		headers.add(WireFormat.RESENT, bytes("true"));
		return new ProducerRecord<>(record.topic(), record.partition(), record.key(), record.value(), headers);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
