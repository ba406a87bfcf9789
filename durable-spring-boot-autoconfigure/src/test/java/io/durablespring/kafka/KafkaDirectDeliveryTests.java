package io.durablespring.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Messages of a node to its own instances.
 */
class KafkaDirectDeliveryTests {

	private final String hub = "direct-" + UUID.randomUUID();

	@Test
	void aMessageToAnInstanceOfTheNodeTakesNoWayByTheBroker() throws Exception {
		try (Node node = Node.start(this.hub)) {
			awaitDirect(node);
			int before = records().size();
			node.transport().send(List.of(event("a", 1), outcome("a", 2)), false).toCompletableFuture().get();
			// Delivered by now: that is what the sender waits for.
			assertThat(node.events()).containsSubsequence(event("a", 1)).contains(outcome("a", 2));
			assertThat(records()).hasSize(before);
			assertThat(node.transport().status().details().get("deliveredDirectly")).isNotEqualTo(0L);
		}
	}

	@Test
	void withoutDirectDeliveryEverythingGoesByTheBroker() throws Exception {
		KafkaTransportSettings settings = TestBroker.withoutDirectDelivery(this.hub);
		try (Node node = Node.start(TestBroker.transport(settings, Map.of(), Map.of()))) {
			for (int i = 0; i < 20; i++) {
				node.transport().send(List.of(event("a", i), outcome("a", i)), false).toCompletableFuture().get();
			}
			await().until(() -> node.events().size() == 40);
			assertThat(records()).hasSize(40);
			assertThat(node.transport().status().details()).containsEntry("deliveredDirectly", 0L);
		}
	}

	@Test
	void whatCannotBeDeliveredIsSafeWithTheBrokerAndComesFromThere() throws Exception {
		try (Node node = Node.start(this.hub)) {
			awaitDirect(node);
			node.events().clear();
			int before = records().size();
			node.failing("a");
			List<Message.ToOrchestration> messages = List.of(event("a", 1), event("a", 2), event("a", 3));
			node.transport().send(messages, false).toCompletableFuture().get(20, TimeUnit.SECONDS);
			assertThat(node.failures()).isPositive();
			assertThat(records()).hasSize(before + 3);
			node.failing("nobody");
			node.transport().send(List.of(event("a", 4)), false).toCompletableFuture().get(20, TimeUnit.SECONDS);
			await().until(() -> node.events().size() >= 4);
			assertThat(node.events().stream().distinct()).containsExactly(event("a", 1), event("a", 2), event("a", 3),
					event("a", 4));
		}
	}

	@Test
	void whatOneSenderSaysToOneInstanceKeepsItsOrderWhileNodesComeAndGo() throws Exception {
		int length = 4000;
		try (Node node = Node.start(this.hub)) {
			Thread sender = new Thread(() -> IntStream.range(0, length)
				.forEach((i) -> node.transport().send(List.of(event("i" + i % 7, i)), false)), "sender");
			sender.start();
			Node other = Node.start(this.hub);
			await().until(() -> !other.events().isEmpty() || !sender.isAlive());
			other.close();
			sender.join();
			await().until(() -> node.events().stream().distinct().count()
					+ other.events().stream().distinct().count() >= length);
			for (int instance = 0; instance < 7; instance++) {
				assertInOrder(node, "i" + instance);
				assertInOrder(other, "i" + instance);
			}
		}
	}

	/** A message that is delivered once more has been where it was first. */
	private static void assertInOrder(Node node, String instanceId) {
		List<Integer> numbers = node.events()
			.stream()
			.filter((message) -> message.instanceId().equals(instanceId))
			.distinct()
			.map((message) -> Integer.valueOf(message.id()))
			.toList();
		assertThat(numbers).isSorted();
	}

	@Test
	void aNodeThatStopsGivesWhatWaitsToTheBroker() throws Exception {
		List<Message.ToOrchestration> messages = IntStream.range(0, 300).mapToObj((i) -> event("i" + i, i)).toList();
		Node node = Node.start(this.hub);
		awaitDirect(node);
		CompletableFuture<?> sent = node.transport().send(messages, false).toCompletableFuture();
		node.transport().stop();
		sent.get(20, TimeUnit.SECONDS);
		node.close();
		try (Node next = Node.start(this.hub)) {
			await().until(() -> {
				List<Message.ToOrchestration> all = new ArrayList<>(node.events());
				all.addAll(next.events());
				return all.containsAll(messages);
			});
		}
	}

	/** Until all partitions are the node's: the first messages may go by the broker. */
	private void awaitDirect(Node node) {
		List<Message.ToOrchestration> everywhere = IntStream.range(0, 40)
			.mapToObj((i) -> event("everywhere" + i, i))
			.toList();
		await().until(() -> {
			int before = records().size();
			node.transport().send(everywhere, false).toCompletableFuture().get(20, TimeUnit.SECONDS);
			return records().size() == before;
		});
	}

	private List<?> records() {
		return TestBroker.records(this.hub + ".orchestrations");
	}

	private static Message.ToOrchestration event(String instanceId, int number) {
		return new Message.ToOrchestration(String.valueOf(number), instanceId, null,
				new HistoryEvent.EventRaised(Instant.EPOCH, "go", null));
	}

	private static Message.ToOrchestration outcome(String instanceId, int taskId) {
		return Message.ToOrchestration.completion(instanceId, "x", new HistoryEvent.TimerFired(Instant.EPOCH, taskId));
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50));
	}

}
