package io.durablespring.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends copies of a hub's records, late and out of order. Nothing in a copy says that it
 * is one, except to this class.
 */
final class RecordRepeater implements AutoCloseable {

	private static final String COPY = "x-copy";

	private final Map<String, Object> broker = Map.of("bootstrap.servers", FaultServers.BROKER.address());

	private final List<String> topics;

	private final Moments moments;

	private final CompletableFuture<Void> run;

	private volatile boolean stopping;

	private volatile int copies;

	RecordRepeater(String hub, Moments moments) {
		this.topics = Stream.of("orchestrations", "activities").map((topic) -> hub + "." + topic).toList();
		this.moments = moments;
		this.run = CompletableFuture.runAsync(this::run);
	}

	private void run() {
		try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(this.broker, new ByteArrayDeserializer(),
				new ByteArrayDeserializer());
				KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(this.broker, new ByteArraySerializer(),
						new ByteArraySerializer())) {
			List<TopicPartition> partitions = this.topics.stream()
				.flatMap((topic) -> consumer.partitionsFor(topic).stream())
				.map((partition) -> new TopicPartition(partition.topic(), partition.partition()))
				.toList();
			consumer.assign(partitions);
			consumer.seekToBeginning(partitions);
			List<ConsumerRecord<byte[], byte[]>> kept = new ArrayList<>();
			while (!this.stopping) {
				consumer.poll(Duration.ofMillis(100)).forEach((record) -> {
					if (record.headers().lastHeader(COPY) == null) {
						kept.add(record);
					}
				});
				// Those that are sent now may be as old as this run.
				for (int i = 0; i < 3 && !kept.isEmpty(); i++) {
					send(producer, this.moments.oneOf(kept));
					send(producer, kept.get(kept.size() - 1 - this.moments.below(Math.min(kept.size(), 20))));
				}
			}
		}
	}

	private void send(KafkaProducer<byte[], byte[]> producer, ConsumerRecord<byte[], byte[]> record) {
		ProducerRecord<byte[], byte[]> copy = new ProducerRecord<>(record.topic(), record.partition(), record.key(),
				record.value(), record.headers());
		copy.headers().remove(COPY).add(COPY, new byte[0]);
		producer.send(copy);
		this.copies++;
	}

	/** How many it has sent. */
	int copies() {
		return this.copies;
	}

	@Override
	public void close() {
		this.stopping = true;
		this.run.join();
	}

}
