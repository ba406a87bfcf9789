package io.durablespring.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import io.durablespring.kafka.KafkaTransportSettings.ActivityMode;
import io.durablespring.kafka.KafkaTransportSettings.GroupProtocol;
import io.durablespring.spi.Transport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Offsets, groups and topics on a real broker.
 */
class KafkaGroupTests {

	private static final Instant NOW = Instant.parse("2026-03-01T10:15:30Z");

	private final String hub = "group-" + UUID.randomUUID();

	// --- Offsets of activities

	@Test
	void offsetsNeverPassACallThatIsNotAcknowledged() throws Exception {
		try (Node node = Node.start(this.hub)) {
			sendCalls(node, 0, 20);
			await().until(() -> node.deliveries().size() == 20);
			IntStream.range(0, 20).map((i) -> 19 - i).filter((i) -> i != 5 && i != 12).forEach(node::acknowledge);
			await().untilAsserted(() -> assertThat(committed(".activities")).isEqualTo(5));
		}
		assertThat(committed(".activities")).isEqualTo(5);
		try (Node next = Node.start(this.hub)) {
			await().until(() -> next.deliveries().size() >= 15);
			assertThat(next.taskIds()).containsExactlyElementsOf(IntStream.range(5, 20).boxed().toList());
			assertThat(next.deliveries()).allMatch(Transport.ActivityDelivery::redelivered);
			IntStream.range(5, 20).forEach(next::acknowledge);
			await().untilAsserted(() -> assertThat(committed(".activities")).isEqualTo(20));
		}
	}

	@Test
	void anAcknowledgementIsCommittedWithoutFurtherTraffic() throws Exception {
		try (Node node = Node.start(this.hub)) {
			sendCalls(node, 0, 1);
			await().until(() -> node.deliveries().size() == 1);
			node.acknowledge(0);
			await().untilAsserted(() -> assertThat(committed(".activities")).isEqualTo(1));
		}
	}

	@Test
	void closingCommitsTheLastAcknowledgements() throws Exception {
		KafkaTransportSettings defaults = TestBroker.settings(this.hub);
		KafkaTransportSettings rare = new KafkaTransportSettings(this.hub, 4, null, true, 1, true, GroupProtocol.AUTO,
				ActivityMode.CLASSIC, defaults.brokerTimeout(), Duration.ofHours(1), defaults.retryBackoff(),
				defaults.receivedRetention());
		try (Node node = Node.start(TestBroker.transport(rare, Map.of(), Map.of()))) {
			sendCalls(node, 0, 3);
			await().until(() -> node.deliveries().size() == 3);
			node.acknowledge(0);
			node.acknowledge(1);
			assertThat(committed(".activities")).isZero();
		}
		assertThat(committed(".activities")).isEqualTo(2);
	}

	@Test
	void aStoppingNodeKeepsTheCallsThatItRunsUntilTheyAreAcknowledged() throws Exception {
		try (Node leaving = Node.start(TestBroker.transport(settings(1, 1, true), Map.of(), Map.of()))) {
			sendCalls(leaving, 0, 1);
			await().until(() -> leaving.deliveries().size() == 1);
			leaving.transport().stop();
			try (Node other = Node.start(this.hub)) {
				await().until(() -> members(".activities") == 2);
				sendCalls(other, 1, 3);
				await().during(Duration.ofSeconds(1)).until(() -> other.deliveries().isEmpty());
				leaving.acknowledge(0);
				await().until(() -> other.deliveries().size() == 2);
				assertThat(other.taskIds()).containsExactly(1, 2);
				assertThat(members(".activities")).isEqualTo(1);
				assertThat(leaving.deliveries()).hasSize(1);
			}
		}
	}

	// --- Groups

	@ParameterizedTest
	@EnumSource(GroupProtocol.class)
	void theGroupsUseTheProtocolThatIsWanted(GroupProtocol wanted) throws Exception {
		KafkaTransportSettings defaults = TestBroker.settings(this.hub);
		KafkaTransportSettings settings = new KafkaTransportSettings(this.hub, 4, null, true, 2, true, wanted,
				ActivityMode.CLASSIC, defaults.brokerTimeout(), defaults.offsetCommitInterval(),
				defaults.retryBackoff(), defaults.receivedRetention());
		// What an application may have set for its own consumers.
		Map<String, Object> consumer = Map.of("session.timeout.ms", 30000, "heartbeat.interval.ms", 2000,
				"partition.assignment.strategy", "org.apache.kafka.clients.consumer.RangeAssignor", "client.id", "mine",
				"auto.offset.reset", "latest", "enable.auto.commit", true, "max.poll.records", 7);
		try (Node node = Node.start(TestBroker.transport(settings, consumer, Map.of("client.id", "mine")))) {
			node.transport().send(List.of(event("a", 1)), false);
			await().until(() -> node.events().size() == 1);
			boolean classic = wanted == GroupProtocol.CLASSIC;
			for (String suffix : List.of("", ".activities")) {
				await().untilAsserted(() -> assertThat(describe(suffix).type())
					.isEqualTo(classic ? GroupType.CLASSIC : GroupType.CONSUMER));
			}
			assertThat(node.transport().status().details()).containsEntry("groupProtocol",
					classic ? "classic" : "consumer");
		}
	}

	@Test
	void twoNodesShareTheWorkAndOneThatLeavesHandsItOver() throws Exception {
		try (Node one = Node.start(this.hub)) {
			Node two = Node.start(this.hub);
			await().until(() -> members("") == 4 && members(".activities") == 2);
			await().until(() -> {
				int before = one.events().size() + two.events().size();
				one.transport().send(IntStream.range(0, 40).mapToObj((n) -> event("i" + n, n)).toList(), false);
				await().until(() -> one.events().size() + two.events().size() >= before + 40);
				return !one.events().isEmpty() && !two.events().isEmpty();
			});
			Set<String> ofTwo = Set.copyOf(two.events().stream().map(Message::instanceId).toList());
			two.close();
			int before = one.events().size();
			List<Message.ToOrchestration> more = ofTwo.stream().map((id) -> event(id, 99)).toList();
			one.transport().send(more, false);
			await().until(() -> one.events().size() >= before + more.size());
			assertThat(one.events()).containsAll(more);
		}
	}

	@Test
	void aCallOfANodeThatLeftIsDeliveredToAnotherAsRedelivered() throws Exception {
		Node one = Node.start(this.hub);
		sendCalls(one, 0, 1);
		await().until(() -> one.deliveries().size() == 1);
		try (Node two = Node.start(this.hub)) {
			one.close();
			await().until(() -> two.deliveries().size() == 1);
			assertThat(two.deliveries()).allMatch(Transport.ActivityDelivery::redelivered);
			// Too late: it is not this node's any more.
			one.acknowledge(0);
			await().during(Duration.ofMillis(500)).until(() -> committed(".activities") == 0);
		}
	}

	// --- Topics

	@Test
	void missingTopicsAreCreated() throws Exception {
		try (Node node = Node.of(TestBroker.transport(this.hub)).start(Set.of("", "mail"));
				Admin admin = TestBroker.admin()) {
			Set<String> topics = Set.of(this.hub + ".orchestrations", this.hub + ".activities",
					this.hub + ".activities.mail", this.hub + ".versions", this.hub + ".dead-letters");
			assertThat(admin.describeTopics(topics).allTopicNames().get()).hasSize(5)
				.allSatisfy((name, topic) -> assertThat(topic.partitions()).hasSize(4));
			assertThat(node.transport().status().details()).containsEntry("partitions",
					Map.of(this.hub + ".orchestrations", 4, this.hub + ".activities", 4, this.hub + ".activities.mail",
							4, this.hub + ".versions", 4, this.hub + ".dead-letters", 4, this.hub + ".notices", 1));
		}
	}

	@Test
	void aMissingTopicThatMustNotBeCreatedIsNamed() {
		try (Node node = Node.of(TestBroker.transport(settings(4, 2, false), Map.of(), Map.of()))) {
			assertThatExceptionOfType(TopicUnavailableException.class).isThrownBy(() -> node.start(Set.of()))
				.withMessageContaining("'" + this.hub + ".orchestrations' does not exist")
				.withMessageContaining("durable.kafka.create-topics");
		}
	}

	@Test
	void moreConsumersThanPartitionsAreNotStarted() throws Exception {
		try (Node node = Node.start(TestBroker.transport(settings(2, 9, true), Map.of(), Map.of()))) {
			node.transport().send(List.of(event("a", 1)), false);
			await().until(() -> node.events().size() == 1);
			assertThat(members("")).isEqualTo(2);
		}
	}

	@Test
	void aHubThatNoTopicCanBeNamedAfterIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> TestBroker.transport("a hub"))
			.withMessageContaining("Task hub 'a hub'");
	}

	@Test
	void aBrokerThatDoesNotAnswerIsTheStatusProblem() {
		try (Node node = Node.of(TestBroker.transport(TestBroker.settings(this.hub), "localhost:1"))) {
			long before = System.nanoTime();
			Transport.Status status = node.transport().status();
			assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
			assertThat(status.problem()).startsWith("No Kafka broker answers at localhost:1");
		}
	}

	// --- Steps

	private KafkaTransportSettings settings(int partitions, int concurrency, boolean createTopics) {
		KafkaTransportSettings defaults = TestBroker.settings(this.hub);
		return new KafkaTransportSettings(this.hub, partitions, null, createTopics, concurrency, true,
				GroupProtocol.AUTO, ActivityMode.CLASSIC, defaults.brokerTimeout(), defaults.offsetCommitInterval(),
				defaults.retryBackoff(), defaults.receivedRetention());
	}

	private static void sendCalls(Node node, int from, int to) throws Exception {
		List<Message> calls = IntStream.range(from, to)
			.<Message>mapToObj((i) -> Message.ToActivity.of("a", "x",
					new HistoryEvent.TaskScheduled(NOW, i, "copy", null, null, null), Map.of()))
			.toList();
		node.transport().send(calls, false).toCompletableFuture().get(30, TimeUnit.SECONDS);
	}

	private static Message.ToOrchestration event(String instanceId, int taskId) {
		return Message.ToOrchestration.completion(instanceId, "x", new HistoryEvent.TimerFired(NOW, taskId));
	}

	private long committed(String suffix) throws Exception {
		try (Admin admin = TestBroker.admin()) {
			Map<TopicPartition, OffsetAndMetadata> offsets = admin.listConsumerGroupOffsets(this.hub + suffix)
				.partitionsToOffsetAndMetadata()
				.get();
			return offsets.values().stream().mapToLong(OffsetAndMetadata::offset).sum();
		}
	}

	private ConsumerGroupDescription describe(String suffix) throws Exception {
		try (Admin admin = TestBroker.admin()) {
			return admin.describeConsumerGroups(List.of(this.hub + suffix)).all().get().get(this.hub + suffix);
		}
	}

	private int members(String suffix) throws Exception {
		return describe(suffix).members().size();
	}

	private static ConditionFactory await() {
		return Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.pollInterval(Duration.ofMillis(50))
			.ignoreExceptionsMatching((failure) -> failure instanceof ExecutionException);
	}

}
