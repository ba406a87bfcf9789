package io.durablespring.kafka;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.durablespring.FailureDetails;
import io.durablespring.ParentInstance;
import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@code docs/protocol.md} promises to workers in other languages.
 */
class KafkaProtocolTests {

	private static final Instant NOW = Instant.parse("2026-03-01T10:15:30.123456Z");

	private static final Pattern EXAMPLE = Pattern.compile("<!-- example: (\\w+) -->\\s+```json\\n(.*?)\\n```",
			Pattern.DOTALL);

	private static final String X = "0f8fad5b";

	private final WireFormat wire = new WireFormat("shop", TestBroker.codec());

	static Stream<Message> messages() {
		return Stream.of(
				event(null,
						new HistoryEvent.ExecutionStarted(NOW, "order", null, Payload.of("{\"item\":\"book\"}"),
								Map.of("customer", "ada"), null)),
				event(X, new HistoryEvent.TaskCompleted(NOW, 0, Payload.of("{\"paid\":true}"))),
				event(X, new HistoryEvent.TaskFailed(NOW, 0,
						new FailureDetails("CardDeclined", "no funds", null, false, null, Map.of("code", "51")))),
				event(X, new HistoryEvent.TimerFired(NOW, 1)),
				event(null, new HistoryEvent.ExecutionTerminated(NOW, "changed my mind", true)),
				event(null, new HistoryEvent.ExecutionSuspended(NOW, "audit", null)),
				event(null, new HistoryEvent.ExecutionResumed(NOW, "audit done")),
				event(null, new HistoryEvent.EventRaised(NOW, "approved", Payload.of("{\"by\":\"ada\"}"))),
				event(X, new HistoryEvent.SubOrchestrationInstanceCompleted(NOW, 2, Payload.of("{\"parcel\":17}"))),
				event(X, new HistoryEvent.SubOrchestrationInstanceFailed(NOW, 2,
						FailureDetails.of("ExecutionTerminated", "changed my mind"))),
				event(null,
						new HistoryEvent.ExecutionRewound(NOW, "bank is back",
								new ParentInstance("order-6", "7c9e6679~0.1", 4))),
				new Message.ToActivity(X + ":0", "order-7", X, 0, "charge", null, Payload.of("{\"amount\":9.50}")));
	}

	private static Message event(String executionId, HistoryEvent event) {
		return (event instanceof HistoryEvent.Completion completion)
				? Message.ToOrchestration.completion("order-7", executionId, completion)
				: new Message.ToOrchestration("c0ffee", "order-7", executionId, event);
	}

	@ParameterizedTest
	@MethodSource("messages")
	void theExampleInTheDocumentationIsWhatIsSent(Message message) throws Exception {
		String type = this.wire.headers(message, false).get("durable-type");
		Map<String, String> examples = examples();
		assertThat(examples).containsKey(type);
		assertThat(new String(this.wire.value(message), StandardCharsets.UTF_8)).isEqualTo(examples.get(type));
	}

	@Test
	void everyExampleInTheDocumentationIsOfAMessageThatExists() throws Exception {
		assertThat(examples().keySet()).containsExactlyInAnyOrderElementsOf(
				messages().map((message) -> this.wire.headers(message, false).get("durable-type")).toList());
	}

	@Test
	void everyHeaderIsDocumented() throws Exception {
		String text = documentation();
		assertThat(List.of(WireFormat.TYPE, WireFormat.ID, WireFormat.HUB, WireFormat.SCHEMA, WireFormat.INSTANCE,
				WireFormat.EXECUTION, WireFormat.RESENT, WireFormat.REPLY_TOPIC, WireFormat.REPLY_PARTITION,
				WireFormat.ORCHESTRATOR, WireFormat.VERSION, DeadLetters.REASON, DeadLetters.TOPIC,
				DeadLetters.PARTITION, DeadLetters.OFFSET, DeadLetters.VALUE_DROPPED))
			.allSatisfy((header) -> assertThat(text).contains("`" + header + "`"));
	}

	@Test
	void aWorkerThatOnlyKnowsTheDocumentationCanAnswer() throws Exception {
		String hub = "protocol-" + UUID.randomUUID();
		try (Node node = Node.of(TestBroker.transport(hub)).start(Set.of())) {
			node.transport()
				.send(List.of(new Message.ToActivity("x:3", "order-7", "x", 3, "charge", "python",
						Payload.of("{\"amount\":1}"))), true);
			String topic = hub + ".activities.python";
			await().until(() -> node.transport().status().details().toString().contains(topic)
					&& !TestBroker.records(topic).isEmpty());
			ConsumerRecord<String, byte[]> call = TestBroker.records(topic).get(0);
			Map<String, String> headers = new TreeMap<>();
			call.headers().forEach((header) -> headers.put(header.key(), new String(header.value())));
			assertThat(call.key()).isEqualTo("order-7");
			assertThat(new String(call.value()))
				.isEqualTo("{\"taskId\":3,\"name\":\"charge\",\"input\":{\"amount\":1}}");
			assertThat(headers).containsEntry("durable-type", "ExecuteActivity")
				.containsEntry("durable-id", "x:3")
				.containsEntry("durable-instance", "order-7")
				.containsEntry("durable-execution", "x")
				.containsEntry("durable-hub", hub)
				.containsEntry("durable-schema", "1")
				.containsEntry("durable-resent", "true");
			ProducerRecord<String, byte[]> answer = new ProducerRecord<>(headers.get("durable-reply-topic"),
					Integer.valueOf(headers.get("durable-reply-partition")), call.key(),
					"{\"timestamp\":\"2026-03-01T10:15:31Z\",\"taskId\":3,\"result\":42}".getBytes());
			answer.headers().add("durable-type", "TaskCompleted".getBytes());
			for (String copied : List.of("durable-hub", "durable-schema", "durable-execution")) {
				answer.headers().add(copied, headers.get(copied).getBytes());
			}
			TestBroker.send(answer);
			await().until(() -> node.events().size() == 1);
			assertThat(node.events()).containsExactly(Message.ToOrchestration.completion("order-7", "x",
					new HistoryEvent.TaskCompleted(Instant.parse("2026-03-01T10:15:31Z"), 3, Payload.of("42"))));
		}
	}

	@Test
	void theReplyPartitionIsTheOneThatTheInstancesOtherMessagesAreIn() throws Exception {
		String hub = "protocol-" + UUID.randomUUID();
		KafkaTransportSettings settings = TestBroker.withoutDirectDelivery(hub);
		try (Node node = Node.start(TestBroker.transport(settings, Map.of(), Map.of()))) {
			List<Message> messages = Stream.iterate(0, (i) -> i < 20, (i) -> i + 1)
				.<Message>map(
						(i) -> Message.ToOrchestration.completion("i" + i, "x", new HistoryEvent.TimerFired(NOW, 1)))
				.toList();
			List<Message> calls = Stream.iterate(0, (i) -> i < 20, (i) -> i + 1)
				.<Message>map((i) -> new Message.ToActivity("x:1", "i" + i, "x", 1, "charge", null, null))
				.toList();
			node.transport().send(messages, false).toCompletableFuture().join();
			node.transport().send(calls, false).toCompletableFuture().join();
			Map<String, String> partitions = new TreeMap<>();
			TestBroker.records(hub + ".orchestrations")
				.forEach((record) -> partitions.put(record.key(), String.valueOf(record.partition())));
			Map<String, String> replies = new TreeMap<>();
			TestBroker.records(hub + ".activities")
				.forEach((record) -> replies.put(record.key(), WireFormat.header(record, "durable-reply-partition")));
			assertThat(replies).hasSize(20).isEqualTo(partitions);
			assertThat(Set.copyOf(partitions.values())).hasSizeGreaterThan(1);
		}
	}

	private static Map<String, String> examples() throws Exception {
		Map<String, String> examples = new TreeMap<>();
		Matcher matcher = EXAMPLE.matcher(documentation());
		while (matcher.find()) {
			examples.put(matcher.group(1), matcher.group(2));
		}
		return examples;
	}

	private static String documentation() throws Exception {
		return Files.readString(Path.of("..", "docs", "protocol.md"));
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50));
	}

}
