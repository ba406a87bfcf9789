package io.durablespring.example.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EmbeddedBroker}.
 */
class EmbeddedBrokerTests {

	@TempDir
	Path temp;

	@Test
	void recordsAndGroupsOutliveTheBroker() throws Exception {
		try (EmbeddedBroker broker = start()) {
			try (Admin admin = Admin.create(clients(broker))) {
				admin.createTopics(List.of(new NewTopic("greetings", 1, (short) 1))).all().get(30, TimeUnit.SECONDS);
			}
			send(broker, "one", "two");
			assertThat(receive(broker, 2)).containsExactly("one", "two");
		}
		try (EmbeddedBroker broker = start()) {
			try (Admin admin = Admin.create(clients(broker))) {
				assertThat(admin.listTopics().names().get(30, TimeUnit.SECONDS)).isEqualTo(Set.of("greetings"));
			}
			send(broker, "three");
			assertThat(receive(broker, 1)).containsExactly("three");
		}
	}

	private EmbeddedBroker start() throws Exception {
		EmbeddedBroker broker = new EmbeddedBroker(this.temp, 0);
		broker.start();
		return broker;
	}

	private static Map<String, Object> clients(EmbeddedBroker broker) {
		return Map.of("bootstrap.servers", broker.bootstrapServer());
	}

	private static void send(EmbeddedBroker broker, String... values) throws Exception {
		try (Producer<String, String> producer = new KafkaProducer<>(clients(broker), new StringSerializer(),
				new StringSerializer())) {
			for (String value : values) {
				producer.send(new ProducerRecord<>("greetings", value)).get(30, TimeUnit.SECONDS);
			}
		}
	}

	// By the next-generation group protocol, whose sessions the broker's settings
	// shorten.
	private static List<String> receive(EmbeddedBroker broker, int count) {
		Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServer(), "group.id", "readers",
				"group.protocol", "consumer", "auto.offset.reset", "earliest", "enable.auto.commit", "false");
		try (Consumer<String, String> consumer = new KafkaConsumer<>(settings, new StringDeserializer(),
				new StringDeserializer())) {
			consumer.subscribe(List.of("greetings"));
			List<String> values = new ArrayList<>();
			long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
			while (values.size() < count && System.nanoTime() < deadline) {
				for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
					values.add(record.value());
				}
			}
			consumer.commitSync();
			return values;
		}
	}

}
