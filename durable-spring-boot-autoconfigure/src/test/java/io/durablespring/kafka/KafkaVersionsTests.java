package io.durablespring.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The topic over which nodes hand on what they cannot run, on a real broker.
 */
class KafkaVersionsTests {

	private static final Instant NOW = Instant.parse("2026-03-01T10:15:30Z");

	private final String hub = "versions-" + UUID.randomUUID();

	private final String topic = this.hub + ".versions";

	@Test
	void whatANodeCannotRunIsAcknowledgedSoThatItNeverComesAgain() throws Exception {
		try (Node old = node("1")) {
			send(old, List.of(timer("2", "a", 0), timer("1", "b", 0)));
			await().until(() -> old.events().size() == 1);
			await().untilAsserted(() -> assertThat(lag(old)).isZero());
			assertThat(old.events()).containsExactly(timer("1", "b", 0).message());
		}
		try (Node again = node("1")) {
			send(again, List.of(timer("1", "c", 0)));
			await().until(() -> again.events().size() == 1);
			assertThat(again.events()).containsExactly(timer("1", "c", 0).message());
		}
	}

	@Test
	void theNodesOfADeploymentShareTheRecords() throws Exception {
		List<Message.ToVersion> messages = IntStream.range(0, 40).mapToObj((i) -> timer("2", "i" + i, i)).toList();
		try (Node one = node("2"); Node two = node("2"); Admin admin = TestBroker.admin()) {
			String group = this.topic + ".2";
			await().until(() -> admin.describeConsumerGroups(List.of(group))
				.all()
				.get()
				.get(group)
				.members()
				.stream()
				.allMatch((member) -> member.assignment().topicPartitions().size() == 2));
			send(one, messages);
			await().until(() -> one.events().size() + two.events().size() >= 40);
			await().untilAsserted(() -> assertThat(lag(one)).isZero());
			assertThat(one.events()).isNotEmpty().doesNotContainAnyElementsOf(two.events());
			assertThat(one.events().size() + two.events().size()).isEqualTo(40);
		}
	}

	@Test
	void eachDeploymentTakesWhatItKnowsFromWhatAllOfThemSee() throws Exception {
		try (Node first = node("1"); Node second = node("2")) {
			send(first, List.of(timer("2", "a", 0), timer("3", "a", 1), timer("1", "b", 0), timer(null, "b", 1)));
			await().until(() -> first.events().size() == 1 && second.events().size() == 1);
			assertThat(first.events()).containsExactly(timer("1", "b", 0).message());
			assertThat(second.events()).containsExactly(timer("2", "a", 0).message());
			try (Node third = node("2", "3")) {
				// What another deployment has taken, too: the store knows that.
				await().until(() -> third.events().size() == 2);
				assertThat(third.events()).containsExactly(timer("2", "a", 0).message(), timer("3", "a", 1).message());
			}
		}
	}

	@Test
	void aCommandThatTheStoreMayHaveForgottenIsNotTakenAgain() throws Exception {
		Instant now = Instant.now();
		Message.ToVersion old = raised("old", now.minus(Duration.ofDays(8)));
		Message.ToVersion recent = raised("recent", now.minus(Duration.ofDays(6)));
		Message.ToVersion completion = timer("2", "a", 0);
		try (Node first = node("1")) {
			send(first, List.of(old, completion, recent));
		}
		try (Node late = node("2")) {
			await().until(() -> late.events().size() >= 2);
			assertThat(late.events()).containsExactly(completion.message(), recent.message());
			await().untilAsserted(() -> assertThat(lag(late)).isZero());
		}
	}

	@Test
	void aBadRecordIsPutAsideByThoseItIsForAndSkippedByOthers() throws Exception {
		try (Node old = node("1"); Node current = node("2")) {
			TestBroker.send(record("broken", "order", "2", "{"));
			TestBroker.send(record("later", "order", "3", "{\"of\":\"a later format\"}"));
			TestBroker.send(record("nobody's", null, null, "{"));
			Message.ToVersion good = timer("2", "good", 1);
			send(old, List.of(good));
			await().until(() -> current.events().size() == 1);
			await().untilAsserted(() -> assertThat(lag(old) + lag(current)).isZero());
			assertThat(current.events()).containsExactly(good.message());
			assertThat(old.events()).isEmpty();
			assertThat(TestBroker.records(this.hub + ".dead-letters")).extracting(ConsumerRecord::key)
				.containsExactly("broken");
			assertThat(current.transport().status().details()).containsEntry("deadLetterCount", 1L);
			assertThat(old.transport().status().details()).containsEntry("deadLetterCount", 0L);
		}
	}

	@Test
	void messagesThatAreNeverTakenDoNotHoldUpTheOrchestrationsTopic() throws Exception {
		try (Node node = node("1")) {
			node.failing("poison");
			send(node, List.of(timer("1", "poison", 0)));
			await().until(() -> node.failures() >= 2);
			Message.ToOrchestration other = timer("1", "a", 0).message();
			node.transport().send(List.of(other), false).toCompletableFuture().get(30, TimeUnit.SECONDS);
			await().until(() -> node.events().equals(List.of(other)));
		}
	}

	@Test
	void whoItIsForIsInTheHeaders() throws Exception {
		try (Node node = node("1")) {
			send(node, List.of(timer("2-ä", "a", 7), timer(null, "a", 8)));
			List<ConsumerRecord<String, byte[]>> records = TestBroker.records(this.topic);
			assertThat(records).hasSize(2).allSatisfy((record) -> {
				assertThat(record.key()).isEqualTo("a");
				assertThat(WireFormat.header(record, "durable-type")).isEqualTo("TimerFired");
				assertThat(WireFormat.header(record, "durable-orchestrator")).isEqualTo("order");
			});
			assertThat(records).extracting((record) -> WireFormat.header(record, "durable-version"))
				.containsExactly("2-ä", null);
		}
	}

	// --- Steps

	private Node node(String... versions) {
		return Node.of(TestBroker.transport(this.hub)).startWith(versions);
	}

	private static void send(Node node, List<Message.ToVersion> messages) throws Exception {
		node.transport().send(messages, false).toCompletableFuture().get(30, TimeUnit.SECONDS);
	}

	private long lag(Node node) {
		Map<String, Long> lag = node.transport().status().lag();
		assertThat(lag).containsKey(this.topic);
		return lag.get(this.topic);
	}

	private static Message.ToVersion timer(String version, String instance, int taskId) {
		return new Message.ToVersion("order", version,
				Message.ToOrchestration.completion(instance, "x", new HistoryEvent.TimerFired(NOW, taskId)));
	}

	private static Message.ToVersion raised(String id, Instant time) {
		return new Message.ToVersion("order", "2",
				new Message.ToOrchestration(id, "a", null, new HistoryEvent.EventRaised(time, "Paid", null)));
	}

	private ProducerRecord<String, byte[]> record(String key, String orchestrator, String version, String json) {
		ProducerRecord<String, byte[]> record = new ProducerRecord<>(this.topic, 2, key, json.getBytes());
		record.headers().add("durable-type", "TimerFired".getBytes());
		record.headers().add("durable-hub", this.hub.getBytes());
		record.headers().add("durable-schema", "1".getBytes());
		record.headers().add("durable-execution", "x".getBytes());
		if (orchestrator != null) {
			record.headers().add("durable-orchestrator", orchestrator.getBytes());
			record.headers().add("durable-version", version.getBytes());
		}
		return record;
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50));
	}

}
