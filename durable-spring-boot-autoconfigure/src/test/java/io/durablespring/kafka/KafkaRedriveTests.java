package io.durablespring.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import io.durablespring.Payload;
import io.durablespring.history.HistoryCodec;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import io.durablespring.json.JacksonRecordFormat;
import io.durablespring.kafka.KafkaTransportSettings.ActivityMode;
import io.durablespring.kafka.KafkaTransportSettings.GroupProtocol;
import io.durablespring.spi.DeadLetterQueue.DeadLetter;
import io.durablespring.spi.DeadLetterQueue.Redriven;
import io.durablespring.spi.Transport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.utils.Utils;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is put aside goes back to its topic, on a real broker.
 */
class KafkaRedriveTests {

	private static final Instant NOW = Instant.parse("2026-03-01T10:15:30Z");

	private final String hub = "redrive-" + UUID.randomUUID();

	private final String orchestrations = this.hub + ".orchestrations";

	private final String deadLetters = this.hub + ".dead-letters";

	// --- What comes back

	@Test
	void aRecordThatCouldNotBeReadIsTakenOnceTheNodeIsMended() throws Exception {
		AtomicBoolean broken = new AtomicBoolean(true);
		try (Node node = Node.start(transportThatReads(broken))) {
			int elsewhere = (partition("i", 4) + 1) % 4;
			TestBroker.send(completed("i", elsewhere));
			DeadLetter letter = letters(node, 1).get(0);
			assertThat(letter.reason()).contains("planted");
			assertThat(letter.origin()).isEqualTo(this.orchestrations + "-" + elsewhere + "@0");
			assertThat(letter.position()).startsWith(this.deadLetters + "-").endsWith("@0");
			redrive(node, 1, 0);
			assertThat(letters(node, 1).get(0).position()).endsWith("@1");
			broken.set(false);
			redrive(node, 1, 0);
			await().until(() -> node.events().equals(List.of(event("i", 1))));
			assertThat(node.transport().deadLetters().count()).isZero();
		}
		List<ConsumerRecord<String, byte[]>> back = TestBroker.records(this.orchestrations)
			.stream()
			.filter((record) -> "true".equals(WireFormat.header(record, WireFormat.RESENT)))
			.toList();
		assertThat(back).hasSize(2).allSatisfy((record) -> {
			assertThat(record.headers()).noneMatch((header) -> header.key().startsWith("durable-dead-letter"));
			assertThat(record.headers().headers(WireFormat.RESENT)).hasSize(1);
			assertThat(WireFormat.header(record, "traceparent")).isEqualTo("00-a-b-01");
			// Where a node would have sent it.
			assertThat(record.partition()).isEqualTo(partition("i", 4));
		});
	}

	@Test
	void manyAreSentInOrderAndTheirPositionIsThatOfAGroup() throws Exception {
		try (Node node = Node.start(this.hub)) {
			for (int i = 0; i < 250; i++) {
				node.transport().deadLetter(event("a", i), "why");
				if (i % 5 == 0) {
					node.transport().deadLetter(event("b", i), "why");
				}
			}
			assertThat(node.transport().status().details()).containsEntry("waitingDeadLetters", 300L);
			assertThat(node.transport().status().lag()).doesNotContainKey(this.deadLetters);
			redrive(node, 300, 0);
			await().until(() -> node.events().size() == 300);
			assertThat(node.events()).filteredOn((message) -> message.instanceId().equals("a"))
				.isEqualTo(IntStream.range(0, 250).mapToObj((i) -> event("a", i)).toList());
			assertThat(node.transport().status().details()).containsEntry("waitingDeadLetters", 0L);
			assertThat(committed()).isEqualTo(300);
			assertThat(TestBroker.records(this.deadLetters)).hasSize(300);
		}
	}

	@Test
	void whatWasSentButNotCommittedIsSentOnceMore() throws Exception {
		try (Node node = Node.start(this.hub)) {
			node.transport().deadLetter(event("a", 1), "why");
			try (KafkaConsumer<String, String> other = member()) {
				await().until(() -> {
					other.poll(Duration.ofMillis(50));
					return !other.assignment().isEmpty();
				});
				assertThatExceptionOfType(KafkaException.class)
					.isThrownBy(() -> node.transport().deadLetters().redrive())
					.withMessageStartingWith("Redriving has stopped, sent so far: 1,");
			}
			assertThat(node.transport().deadLetters().count()).isEqualTo(1);
			redrive(node, 1, 0);
			await().until(() -> node.events().equals(List.of(event("a", 1), event("a", 1))));
			assertThat(node.transport().deadLetters().count()).isZero();
		}
	}

	@Test
	void aPositionBehindTheEndIsThatOfAnEarlierTopic() throws Exception {
		try (Node node = Node.start(this.hub); Admin admin = TestBroker.admin()) {
			TopicPartition partition = new TopicPartition(this.deadLetters, partition("a", 4));
			admin.alterConsumerGroupOffsets(this.deadLetters, Map.of(partition, new OffsetAndMetadata(17))).all().get();
			node.transport().deadLetter(event("a", 1), "why");
			assertThat(node.transport().deadLetters().count()).isEqualTo(1);
			redrive(node, 1, 0);
			assertThat(committed()).isEqualTo(1);
		}
	}

	// --- Where it goes

	@Test
	void withMorePartitionsItGoesWhereItWouldGoNow() throws Exception {
		String instance = IntStream.range(0, 100)
			.mapToObj((i) -> "i" + i)
			.filter((id) -> partition(id, 4) != partition(id, 6))
			.findFirst()
			.orElseThrow();
		try (Node old = Node.start(this.hub)) {
			old.transport().deadLetter(event(instance, 1), "why");
			old.transport().deadLetter(call(instance, 2, "elsewhere", null), "why");
		}
		try (Admin admin = TestBroker.admin()) {
			admin
				.createPartitions(Map.of(this.orchestrations, NewPartitions.increaseTo(6), this.deadLetters,
						NewPartitions.increaseTo(6)))
				.all()
				.get();
		}
		try (Node node = Node.start(this.hub)) {
			assertThat(node.transport().deadLetters().count()).isEqualTo(2);
			redrive(node, 2, 0);
			await().until(() -> node.events().equals(List.of(event(instance, 1))));
			assertThat(TestBroker.records(this.orchestrations)).singleElement()
				.satisfies((record) -> assertThat(record.partition()).isEqualTo(partition(instance, 6)));
			assertThat(TestBroker.records(this.hub + ".activities.elsewhere")).singleElement().satisfies((record) -> {
				assertThat(record.partition()).isEqualTo(partition(instance, 4));
				assertThat(record.headers().headers(WireFormat.REPLY_PARTITION)).hasSize(1);
				assertThat(WireFormat.header(record, WireFormat.REPLY_PARTITION))
					.isEqualTo(String.valueOf(partition(instance, 6)));
			});
		}
	}

	@Test
	void aRecordWithoutKeyGoesToThePartitionItCameFrom() throws Exception {
		try (Node node = Node.start(this.hub)) {
			TestBroker.send(new ProducerRecord<>(this.orchestrations, 3, null, new byte[0]));
			assertThat(letters(node, 1)).singleElement()
				.satisfies((letter) -> assertThat(letter.instanceId()).isNull());
			redrive(node, 1, 0);
			await().untilAsserted(
					() -> assertThat(TestBroker.records(this.orchestrations)).extracting(ConsumerRecord::partition)
						.containsExactly(3, 3));
			letters(node, 1);
		}
	}

	// --- What does not

	@Test
	void whatHasLostItsValueIsLeftOutAndHoldsUpNobody() throws Exception {
		try (Node node = Node.start(this.hub)) {
			String large = "\"" + "x".repeat(2_000_000) + "\"";
			node.transport().send(List.of(call("a", 1, null, large)), false).toCompletableFuture().join();
			node.transport().deadLetter(call("a", 2, null, "2"), "why");
			assertThat(letters(node, 2)).extracting(DeadLetter::obstacle)
				.containsExactly("Its value was too large to keep", null);
			redrive(node, 1, 1);
			await().until(() -> node.taskIds().equals(List.of(2)));
			assertThat(node.transport().deadLetters().count()).isZero();
		}
	}

	@Test
	void whatIsNotOfThisHubIsLeftOut() throws Exception {
		String theirs = "theirs-" + UUID.randomUUID();
		Node.start(theirs).close();
		try (Node node = Node.start(this.hub)) {
			TestBroker.send(letter("i", Map.of(DeadLetters.TOPIC, theirs + ".orchestrations")));
			TestBroker.send(letter("i", Map.of(DeadLetters.TOPIC, this.deadLetters)));
			TestBroker.send(letter("i", Map.of(DeadLetters.TOPIC, "?")));
			TestBroker.send(letter("i", Map.of()));
			node.transport().deadLetter(event("i", 1), "why");
			List<DeadLetter> letters = letters(node, 5);
			assertThat(letters).extracting(DeadLetter::obstacle)
				.containsExactly("'" + theirs + ".orchestrations' is no topic that carries messages of this task hub",
						"'" + this.deadLetters + "' is no topic that carries messages of this task hub",
						"'?' is no topic that carries messages of this task hub", "It does not say where it came from",
						null);
			assertThat(letters).extracting(DeadLetter::reason).contains("It does not say why");
			redrive(node, 1, 4);
			await().until(() -> node.events().equals(List.of(event("i", 1))));
			assertThat(TestBroker.records(theirs + ".orchestrations")).isEmpty();
		}
	}

	@Test
	void aRequestThatMayHaveBeenReceivedLongAgoIsLeftOut() throws Exception {
		KafkaTransportSettings usual = TestBroker.settings(this.hub);
		KafkaTransportSettings forgetful = new KafkaTransportSettings(this.hub, 4, null, true, 2, true,
				GroupProtocol.AUTO, ActivityMode.CLASSIC, usual.brokerTimeout(), usual.offsetCommitInterval(),
				usual.retryBackoff(), Duration.ZERO);
		try (Node node = Node.start(TestBroker.transport(forgetful, Map.of(), Map.of()))) {
			node.transport()
				.deadLetter(new Message.ToOrchestration("e-1", "a", null, new HistoryEvent.ExecutionResumed(NOW, "on")),
						"why");
			node.transport().deadLetter(event("a", 1), "why");
			assertThat(letters(node, 2)).extracting(DeadLetter::obstacle)
				.satisfiesExactly((obstacle) -> assertThat(obstacle).contains("durable.inbox.retention"),
						(obstacle) -> assertThat(obstacle).isNull());
			redrive(node, 1, 1);
			await().until(() -> node.events().equals(List.of(event("a", 1))));
		}
	}

	@Test
	void whatCannotBeSentIsPutAsideAgainAndHoldsUpNobody() throws Exception {
		KafkaTransportSettings usual = TestBroker.settings(this.hub);
		try (Node node = Node.start(this.hub); Admin admin = TestBroker.admin()) {
			TestBroker.send(letter("a", Map.of(DeadLetters.TOPIC, this.hub + ".activities.gone")));
			node.transport().deadLetter(call("a", 1, null, "\"" + "x".repeat(20_000) + "\""), "why");
			node.transport().deadLetter(event("a", 2), "why");
			admin.incrementalAlterConfigs(Map.of(
					new ConfigResource(ConfigResource.Type.TOPIC, this.hub + ".activities"),
					Set.of(new AlterConfigOp(new ConfigEntry("max.message.bytes", "10000"), AlterConfigOp.OpType.SET))))
				.all()
				.get();
			KafkaTransportSettings strict = new KafkaTransportSettings(this.hub, 4, null, false, 2, true,
					GroupProtocol.AUTO, ActivityMode.CLASSIC, usual.brokerTimeout(), usual.offsetCommitInterval(),
					usual.retryBackoff(), usual.receivedRetention());
			try (Node other = Node.of(TestBroker.transport(strict, Map.of(), Map.of()))) {
				redrive(other, 1, 2);
				await().until(() -> node.events().equals(List.of(event("a", 2))));
				List<DeadLetter> again = letters(other, 2);
				assertThat(again).extracting(DeadLetter::origin)
					.containsExactlyInAnyOrder(this.hub + ".activities.gone", this.hub + ".activities");
				assertThat(again).extracting(DeadLetter::reason)
					.anyMatch((reason) -> reason.contains("does not exist"))
					.anyMatch((reason) -> reason.contains("larger"));
			}
		}
	}

	@Test
	void aBrokerThatIsAwayIsNamed() {
		KafkaTransportSettings impatient = new KafkaTransportSettings(this.hub, 4, null, true, 2, true,
				GroupProtocol.AUTO, ActivityMode.CLASSIC, Duration.ofMillis(500), Duration.ofMillis(100),
				Duration.ofMillis(50), Duration.ofDays(7));
		try (Node node = Node.of(TestBroker.transport(impatient, "localhost:1"))) {
			assertThatExceptionOfType(BrokerUnreachableException.class)
				.isThrownBy(() -> node.transport().deadLetters().redrive())
				.withMessageContaining("localhost:1");
			assertThatExceptionOfType(BrokerUnreachableException.class)
				.isThrownBy(() -> node.transport().deadLetters().list(10));
			assertThatExceptionOfType(TopicUnavailableException.class)
				.isThrownBy(() -> node.transport().deadLetters().count());
			Transport.Status status = node.transport().status();
			assertThat(status.details()).doesNotContainKey("waitingDeadLetters");
		}
	}

	// --- Steps

	private KafkaTransport transportThatReads(AtomicBoolean broken) {
		HistoryCodec.Format format = new JacksonRecordFormat();
		Map<String, Object> properties = Map.of("bootstrap.servers", TestBroker.servers());
		return new KafkaTransport(TestBroker.settings(this.hub), new HistoryCodec(new HistoryCodec.Format() {

			@Override
			public String write(Object value) {
				return format.write(value);
			}

			@Override
			public <T> T read(String json, Class<T> type) {
				if (broken.get()) {
					throw new IllegalArgumentException("planted");
				}
				return format.read(json, type);
			}

		}), new DefaultKafkaConsumerFactory<>(properties), new DefaultKafkaProducerFactory<>(properties), properties);
	}

	private static List<DeadLetter> letters(Node node, int count) {
		await().until(() -> node.transport().deadLetters().count() == count);
		List<DeadLetter> letters = node.transport().deadLetters().list(100);
		assertThat(letters).hasSize(count);
		return letters;
	}

	private static void redrive(Node node, int sent, int left) {
		assertThat(node.transport().deadLetters().redrive()).isEqualTo(new Redriven(sent, left));
	}

	private long committed() throws Exception {
		try (Admin admin = TestBroker.admin()) {
			return admin.listConsumerGroupOffsets(this.deadLetters)
				.partitionsToOffsetAndMetadata()
				.get()
				.values()
				.stream()
				.mapToLong(OffsetAndMetadata::offset)
				.sum();
		}
	}

	/** Somebody who consumes the topic, in the group that holds the position. */
	private KafkaConsumer<String, String> member() {
		KafkaConsumer<String, String> consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", TestBroker.servers(),
				"group.id", this.deadLetters, "enable.auto.commit", false), new StringDeserializer(),
				new StringDeserializer());
		consumer.subscribe(List.of(this.deadLetters));
		return consumer;
	}

	private static int partition(String key, int partitions) {
		byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
		return Utils.toPositive(Utils.murmur2(bytes)) % partitions;
	}

	private ProducerRecord<String, byte[]> letter(String key, Map<String, String> headers) {
		ProducerRecord<String, byte[]> record = new ProducerRecord<>(this.deadLetters, partition(key, 4), key,
				"{}".getBytes(StandardCharsets.UTF_8));
		headers.forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
		return record;
	}

	private ProducerRecord<String, byte[]> completed(String key, int partition) {
		ProducerRecord<String, byte[]> record = new ProducerRecord<>(this.orchestrations, partition, key,
				"{\"timestamp\":\"2026-03-01T10:15:30Z\",\"taskId\":1}".getBytes(StandardCharsets.UTF_8));
		Map.of("durable-type", "TaskCompleted", "durable-hub", this.hub, "durable-schema", "1", "durable-execution",
				"x", "traceparent", "00-a-b-01")
			.forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
		return record;
	}

	private static Message.ToOrchestration event(String instanceId, int taskId) {
		return Message.ToOrchestration.completion(instanceId, "x", new HistoryEvent.TaskCompleted(NOW, taskId, null));
	}

	private static Message.ToActivity call(String instance, int taskId, String queue, String input) {
		return Message.ToActivity.of(instance, "x", new HistoryEvent.TaskScheduled(NOW, taskId, "copy", queue,
				(input != null) ? Payload.of(input) : null, null), Map.of());
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50));
	}

}
