package io.durablespring.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.durablespring.history.HistoryCodec;
import io.durablespring.json.JacksonRecordFormat;
import io.durablespring.kafka.KafkaTransportSettings.ActivityMode;
import io.durablespring.kafka.KafkaTransportSettings.GroupProtocol;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/**
 * A real Kafka broker in this JVM, shared by all test classes and ended with it. Hubs are
 * unique to a test.
 */
public final class TestBroker {

	private static final String SERVERS = start();

	private TestBroker() {
	}

	private static String start() {
		EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, 1);
		broker.brokerProperties(Map.of("auto.create.topics.enable", "false", "offsets.topic.num.partitions", "2",
				"group.consumer.min.session.timeout.ms", "2000", "group.consumer.session.timeout.ms", "6000",
				"group.consumer.min.heartbeat.interval.ms", "200", "group.consumer.heartbeat.interval.ms", "200",
				"group.min.session.timeout.ms", "1000"));
		broker.brokerProperties(Map.of("share.coordinator.state.topic.num.partitions", "1",
				"share.coordinator.state.topic.replication.factor", "1", "share.coordinator.state.topic.min.isr", "1",
				"group.share.min.heartbeat.interval.ms", "200", "group.share.heartbeat.interval.ms", "200",
				"group.share.min.record.lock.duration.ms", "1000"));
		broker.afterPropertiesSet();
		return broker.getBrokersAsString();
	}

	public static String servers() {
		return SERVERS;
	}

	static KafkaTransportSettings settings(String hub) {
		return new KafkaTransportSettings(hub, 4, null, true, 2, true, GroupProtocol.AUTO, ActivityMode.CLASSIC,
				Duration.ofSeconds(20), Duration.ofMillis(100), Duration.ofMillis(50), Duration.ofDays(7));
	}

	/** For a hub whose messages all go by the broker. */
	static KafkaTransportSettings withoutDirectDelivery(String hub) {
		return new KafkaTransportSettings(hub, 4, null, true, 2, false, GroupProtocol.AUTO, ActivityMode.CLASSIC,
				Duration.ofSeconds(20), Duration.ofMillis(100), Duration.ofMillis(50), Duration.ofDays(7));
	}

	/** For a hub whose calls are consumed by share groups. */
	static KafkaTransportSettings sharing(String hub) {
		return new KafkaTransportSettings(hub, 4, null, true, 2, true, GroupProtocol.AUTO, ActivityMode.SHARE,
				Duration.ofSeconds(20), Duration.ofMillis(100), Duration.ofMillis(50), Duration.ofDays(7));
	}

	static KafkaTransport transport(String hub) {
		return transport(settings(hub), Map.of(), Map.of());
	}

	static KafkaTransport transport(KafkaTransportSettings settings, Map<String, Object> consumer,
			Map<String, Object> producer) {
		return new KafkaTransport(settings, codec(), new DefaultKafkaConsumerFactory<>(with(consumer)),
				new DefaultKafkaProducerFactory<>(with(producer)), with(Map.of()));
	}

	static KafkaTransport transport(KafkaTransportSettings settings, String servers) {
		Map<String, Object> properties = Map.of("bootstrap.servers", servers);
		return new KafkaTransport(settings, codec(), new DefaultKafkaConsumerFactory<>(properties),
				new DefaultKafkaProducerFactory<>(properties), properties);
	}

	private static Map<String, Object> with(Map<String, Object> properties) {
		Map<String, Object> all = new HashMap<>(properties);
		all.put("bootstrap.servers", SERVERS);
		return all;
	}

	static HistoryCodec codec() {
		return new HistoryCodec(new JacksonRecordFormat());
	}

	static Admin admin() {
		return Admin.create(with(Map.of()));
	}

	static void send(ProducerRecord<String, byte[]> record) throws Exception {
		try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(with(Map.of()), new StringSerializer(),
				new ByteArraySerializer())) {
			producer.send(record).get();
		}
	}

	/**
	 * All records of a topic.
	 */
	static List<ConsumerRecord<String, byte[]>> records(String topic) {
		try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(with(Map.of()), new StringDeserializer(),
				new ByteArrayDeserializer())) {
			List<TopicPartition> partitions = consumer.partitionsFor(topic)
				.stream()
				.map((partition) -> new TopicPartition(topic, partition.partition()))
				.toList();
			consumer.assign(partitions);
			consumer.seekToBeginning(partitions);
			Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
			List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
			while (ends.entrySet().stream().anyMatch((end) -> consumer.position(end.getKey()) < end.getValue())) {
				consumer.poll(Duration.ofMillis(100)).forEach(records::add);
			}
			return records;
		}
	}

}
