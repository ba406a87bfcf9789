package io.durablespring.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One bad record or message is put aside with its reason, and everything else goes on.
 */
class KafkaIsolationTests {

	private static final Instant NOW = Instant.parse("2026-03-01T10:15:30Z");

	private static final String COMPLETED = "{\"timestamp\":\"2026-03-01T10:15:30Z\",\"taskId\":1}";

	private final String hub = "isolation-" + UUID.randomUUID();

	@Test
	void badRecordsForOrchestrationsArePutAsideAndTheirPartitionGoesOn() throws Exception {
		List<Bad> records = List.of(
				new Bad("broken JSON", "i", "TaskCompleted", "x:1", this.hub, "1", "{\"timestamp\"", "Not a"),
				new Bad("no JSON object", "i", "TaskCompleted", "x:1", this.hub, "1", "7", "Not a"),
				new Bad("not UTF-8", "i", "TaskCompleted", "x:1", this.hub, "1", "bytes", "not UTF-8"),
				new Bad("no value", "i", "TaskCompleted", "x:1", this.hub, "1", null, "no value"),
				new Bad("unknown type", "i", "Surprise", "x:1", this.hub, "1", "{}",
						"Unknown history event 'Surprise'"),
				new Bad("no type", "i", null, "x:1", this.hub, "1", "{}", "no header durable-type"),
				new Bad("no key", null, "TaskCompleted", "x:1", this.hub, "1",
						"{\"timestamp\":\"2026-03-01T10:15:30Z\",\"taskId\":1}", "no key"),
				new Bad("newer schema", "i", "TaskCompleted", "x:1", this.hub, "2",
						"{\"timestamp\":\"2026-03-01T10:15:30Z\",\"taskId\":1}", "schema version '2'"),
				new Bad("no schema", "i", "TaskCompleted", "x:1", this.hub, null,
						"{\"timestamp\":\"2026-03-01T10:15:30Z\",\"taskId\":1}", "no header durable-schema"),
				new Bad("no task id", "i", "TaskCompleted", "x:1", this.hub, "1",
						"{\"timestamp\":\"2026-03-01T10:15:30Z\"}", "Not a"),
				new Bad("no time", "i", "TaskCompleted", "x:1", this.hub, "1", "{\"taskId\":1}", "timestamp"),
				new Bad("no failure", "i", "TaskFailed", "x:1", this.hub, "1",
						"{\"timestamp\":\"2026-03-01T10:15:30Z\",\"taskId\":1}", "failure"),
				new Bad("nested too deeply", "i", "TaskFailed", "x:1", this.hub, "1", failure(20_000),
						"nested too deeply"),
				new Bad("many causes", "i", "TaskFailed", "x:1", this.hub, "1", failure(101), "more than 100 causes"),
				new Bad("control character in key", "a\0b", "TaskCompleted", "x:1", this.hub, "1", COMPLETED, "key"),
				new Bad("control character in id", "i", "ExecutionResumed", "a\0b", this.hub, "1",
						"{\"timestamp\":\"2026-03-01T10:15:30Z\"}", "durable-id"),
				new Bad("long id", "i", "ExecutionResumed", "x".repeat(401), this.hub, "1",
						"{\"timestamp\":\"2026-03-01T10:15:30Z\"}", "durable-id"),
				new Bad("history only", "i", "TaskScheduled", "x:1", this.hub, "1",
						"{\"timestamp\":\"2026-03-01T10:15:30Z\",\"taskId\":9,\"name\":\"copy\"}",
						"not an event for an orchestration"),
				new Bad("another hub", "i", "TaskCompleted", "x:1", "theirs", "1",
						"{\"timestamp\":\"2026-03-01T10:15:30Z\",\"taskId\":1}", "task hub 'theirs'"));
		try (Node node = Node.start(this.hub)) {
			String topic = this.hub + ".orchestrations";
			for (Bad bad : records) {
				TestBroker.send(bad.record(topic));
			}
			Bad good = new Bad("good", "good", "TaskCompleted", null, this.hub, "1", COMPLETED, "");
			TestBroker.send(good.record(topic));
			await()
				.untilAsserted(() -> assertThat(node.events()).extracting(Message::instanceId).containsExactly("good"));
			assertPutAside(records, topic);
			await().untilAsserted(() -> assertThat(node.transport().status().lag()).containsEntry(topic, 0L));
			assertThat(node.transport().status().details()).containsEntry("deadLetterCount", (long) records.size());
		}
	}

	@Test
	void badActivityCallsArePutAsideAndTheirPartitionGoesOn() throws Exception {
		List<Bad> records = List.of(
				new Bad("not a call", "i", "TaskCompleted", "x", this.hub, "1", "{}", "not an activity call"),
				new Bad("no name", "i", "ExecuteActivity", "x", this.hub, "1", "{\"taskId\":1}", "name"),
				new Bad("no task id", "i", "ExecuteActivity", "x", this.hub, "1", "{\"name\":\"copy\"}", "Not a"),
				new Bad("no id", "i", "ExecuteActivity", null, this.hub, "1", "{\"taskId\":1,\"name\":\"copy\"}",
						"no header durable-id"),
				new Bad("another hub", "i", "ExecuteActivity", "x", "theirs", "1", "{\"taskId\":1,\"name\":\"copy\"}",
						"task hub 'theirs'"));
		try (Node node = Node.start(this.hub)) {
			String topic = this.hub + ".activities";
			for (Bad bad : records) {
				TestBroker.send(bad.record(topic));
			}
			Bad good = new Bad("good", "good", "ExecuteActivity", "x:1", this.hub, "1",
					"{\"taskId\":1,\"name\":\"copy\"}", "");
			TestBroker.send(good.record(topic));
			await().until(() -> node.deliveries().size() == 1);
			node.acknowledge(1);
			assertPutAside(records, topic);
			await().untilAsserted(() -> assertThat(node.transport().status().lag()).containsEntry(topic, 0L));
		}
	}

	private static String failure(int causes) {
		return "{\"timestamp\":\"2026-03-01T10:15:30Z\",\"taskId\":1"
				+ ",\"failure\":{\"type\":\"x\",\"nonRetryable\":false"
				+ ",\"cause\":{\"type\":\"x\",\"nonRetryable\":false".repeat(causes) + "}".repeat(causes + 2);
	}

	private void assertPutAside(List<Bad> records, String topic) {
		List<ConsumerRecord<String, byte[]>> aside = deadLetters(records.size());
		for (int i = 0; i < records.size(); i++) {
			Bad bad = records.get(i);
			String offset = String.valueOf(i);
			assertThat(aside).as(bad.name())
				.filteredOn((record) -> offset.equals(WireFormat.header(record, DeadLetters.OFFSET)))
				.singleElement()
				.satisfies((record) -> {
					assertThat(record.key()).isEqualTo(bad.key());
					assertThat(record.value()).isEqualTo(bytes(bad.json()));
					assertThat(WireFormat.header(record, DeadLetters.REASON)).contains(bad.reason());
					assertThat(WireFormat.header(record, DeadLetters.TOPIC)).isEqualTo(topic);
					assertThat(WireFormat.header(record, DeadLetters.PARTITION)).isEqualTo("2");
					assertThat(WireFormat.header(record, "durable-type")).isEqualTo(bad.type());
				});
		}
	}

	@Test
	void aMessageThatIsTooLargeForTheProducerDoesNotHoldUpItsNeighbours() throws Exception {
		oversized(TestBroker.transport(this.hub));
	}

	@Test
	void aMessageThatIsTooLargeForTheBrokerDoesNotHoldUpItsNeighbours() throws Exception {
		oversized(
				TestBroker.transport(TestBroker.settings(this.hub), Map.of(), Map.of("max.request.size", 10_000_000)));
	}

	private void oversized(KafkaTransport transport) throws Exception {
		try (Node node = Node.start(transport)) {
			String large = "\"" + "x".repeat(2_000_000) + "\"";
			transport.send(List.of(call("a", 1, null, "1"), call("a", 2, null, large), call("a", 3, null, "3")), false)
				.toCompletableFuture()
				.get(30, TimeUnit.SECONDS);
			await().until(() -> node.deliveries().size() >= 2);
			assertThat(node.taskIds()).containsExactly(1, 3);
			ConsumerRecord<String, byte[]> aside = onlyDeadLetter();
			assertThat(aside.value()).isNull();
			assertThat(aside.key()).isEqualTo("a");
			assertThat(WireFormat.header(aside, DeadLetters.VALUE_DROPPED)).isEqualTo("true");
			assertThat(WireFormat.header(aside, DeadLetters.TOPIC)).isEqualTo(this.hub + ".activities");
			assertThat(WireFormat.header(aside, "durable-id")).isEqualTo("x:2");
		}
	}

	@Test
	void aCallForAQueueThatNoTopicCanBeNamedAfterDoesNotHoldUpItsNeighbours() throws Exception {
		try (Node node = Node.start(this.hub)) {
			node.transport()
				.send(List.of(call("a", 1, "köln", "1"), call("a", 2, null, "2")), false)
				.toCompletableFuture()
				.get(30, TimeUnit.SECONDS);
			await().until(() -> node.deliveries().size() == 1);
			assertThat(node.taskIds()).containsExactly(2);
			assertThat(WireFormat.header(onlyDeadLetter(), DeadLetters.REASON)).contains("Activity queue 'köln'");
		}
	}

	@Test
	void aFailingReceiverCommitsNothingAndGetsEverythingInOrderLater() {
		try (Node node = Node.start(this.hub)) {
			node.failing(true);
			List<Message.ToOrchestration> messages = IntStream.range(0, 10)
				.mapToObj((n) -> Message.ToOrchestration.completion("a", "x", new HistoryEvent.TimerFired(NOW, n)))
				.toList();
			node.transport().send(messages, false);
			await().during(Duration.ofMillis(500))
				.untilAsserted(() -> assertThat(node.transport().status().lag())
					.containsEntry(this.hub + ".orchestrations", 10L));
			node.failing(false);
			await().until(() -> node.events().size() >= 10);
			assertThat(node.events()).isEqualTo(messages);
			await().untilAsserted(
					() -> assertThat(node.transport().status().lag()).containsEntry(this.hub + ".orchestrations", 0L));
		}
	}

	private ConsumerRecord<String, byte[]> onlyDeadLetter() {
		return deadLetters(1).get(0);
	}

	private List<ConsumerRecord<String, byte[]>> deadLetters(int count) {
		String topic = this.hub + ".dead-letters";
		await().until(() -> TestBroker.records(topic).size() >= count);
		List<ConsumerRecord<String, byte[]>> records = TestBroker.records(topic);
		assertThat(records).hasSize(count);
		return records;
	}

	private static Message.ToActivity call(String instance, int taskId, String queue, String input) {
		return Message.ToActivity.of(instance, "x",
				new HistoryEvent.TaskScheduled(NOW, taskId, "copy", queue, Payload.of(input), null), Map.of());
	}

	private static byte[] bytes(String json) {
		if (json == null) {
			return null;
		}
		return json.equals("bytes") ? new byte[] { '"', (byte) 0xfc, '"' } : json.getBytes(StandardCharsets.UTF_8);
	}

	private static void header(ProducerRecord<String, byte[]> record, String name, String value) {
		if (value != null) {
			record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
		}
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50));
	}

	private record Bad(String name, String key, String type, String id, String hub, String schema, String json,
			String reason) {

		ProducerRecord<String, byte[]> record(String topic) {
			ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic, 2, this.key, bytes(this.json));
			header(record, "durable-type", this.type);
			header(record, "durable-id", this.id);
			header(record, "durable-hub", this.hub);
			header(record, "durable-schema", this.schema);
			header(record, "durable-execution", "x");
			return record;
		}

	}

}
