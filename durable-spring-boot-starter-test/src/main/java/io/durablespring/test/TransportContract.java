package io.durablespring.test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.durablespring.FailureDetails;
import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import io.durablespring.spi.Transport;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What every {@link Transport} must do. A transport's test class extends this one and
 * says how to open it.
 */
public abstract class TransportContract {

	private static final Instant NOW = Instant.parse("2026-03-01T10:15:30.123456Z");

	private static final Transport.Subscription EVERYTHING = new Transport.Subscription(true, Set.of("", "mail"));

	private final String hub = "contract-" + UUID.randomUUID();

	private final List<Transport> opened = new ArrayList<>();

	/**
	 * Opens the transport of another node.
	 * @param hub the task hub; the same for all nodes of one test
	 * @return the transport, not started
	 */
	protected abstract Transport open(String hub);

	/**
	 * Whether the transport keeps messages while no node runs. If not, it must rely on
	 * the outbox and complete a send only when the receiver is done with the message.
	 * @return whether it does
	 */
	protected abstract boolean keepsMessages();

	@AfterEach
	void closeTransports() {
		this.opened.forEach(Transport::close);
	}

	// --- Orchestrations

	@Test
	void messagesToOneInstanceArriveInOrder() {
		RecordingReceiver receiver = new RecordingReceiver();
		Transport transport = start(receiver);
		List<Message.ToOrchestration> first = events("a", 0, 50);
		List<Message.ToOrchestration> second = events("a", 50, 100);
		transport.send(interleaved(first, events("b", 0, 50)), false);
		transport.send(interleaved(second, events("b", 50, 100)), false);
		await().until(() -> receiver.events().size() >= 200);
		assertThat(receiver.events("a")).containsExactlyElementsOf(events("a", 0, 100));
		assertThat(receiver.events("b")).containsExactlyElementsOf(events("b", 0, 100));
	}

	@Test
	void messagesWhoseReceiverThrowsArriveAgainInOrderUntilItReturns() {
		AtomicInteger failures = new AtomicInteger();
		RecordingReceiver receiver = new RecordingReceiver().onEvents((messages) -> {
			if (failures.incrementAndGet() <= 3) {
				throw new ClassCastException("no luck yet");
			}
		});
		Transport transport = start(receiver);
		transport.send(events("a", 0, 20), false);
		await().until(() -> receiver.events("a").size() >= 20);
		assertThat(receiver.events("a")).containsExactlyElementsOf(events("a", 0, 20));
		assertThat(receiver.attempts()).isGreaterThan(3);
	}

	@Test
	void aReceiverThatThrowsAnErrorGetsTheMessagesAgain() {
		AtomicInteger failures = new AtomicInteger();
		RecordingReceiver receiver = new RecordingReceiver().onEvents((messages) -> {
			if (failures.incrementAndGet() == 1) {
				throw new StackOverflowError("planted");
			}
		});
		Transport transport = start(receiver);
		transport.send(events("a", 0, 1), false);
		await().untilAsserted(() -> assertThat(receiver.events("a")).hasSize(1));
	}

	@Test
	void messagesOfOneInstanceAreNeverDeliveredAtTheSameTime() throws Exception {
		RecordingReceiver receiver = new RecordingReceiver();
		Transport transport = start(receiver);
		List<Thread> senders = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			int from = 100 * i;
			senders.add(new Thread(() -> IntStream.range(from, from + 100)
				.forEach((n) -> transport.send(List.of(event("a", n), event("b" + n, n)), false))));
		}
		senders.forEach(Thread::start);
		for (Thread sender : senders) {
			sender.join();
		}
		await().until(() -> receiver.events().size() >= 800);
		assertThat(receiver.overlaps()).isEmpty();
		assertThat(receiver.events("a")).hasSize(400);
	}

	@Test
	void aReceiverMaySendWithoutWaitingForItself() {
		RecordingReceiver receiver = new RecordingReceiver();
		Transport transport = open();
		receiver.onEvents((messages) -> messages.forEach((message) -> {
			int hop = ((HistoryEvent.TaskCompleted) message.event()).taskId();
			if (hop < 50) {
				transport.send(List.of(event("hop", hop + 1), call("hop", hop, "")), false);
			}
		}));
		transport.start(EVERYTHING, receiver);
		transport.send(List.of(event("hop", 0)), false);
		await().until(() -> receiver.events().size() >= 51 && receiver.deliveries().size() >= 50);
		assertThat(receiver.events()).containsExactlyElementsOf(events("hop", 0, 51));
	}

	@Test
	void tenThousandMessagesArriveEachInstanceInOrder() throws Exception {
		RecordingReceiver receiver = new RecordingReceiver();
		AtomicInteger count = new AtomicInteger();
		List<Message.ToOrchestration> received = new ArrayList<>();
		receiver.onEvents((messages) -> {
			synchronized (received) {
				received.addAll(messages);
			}
			count.addAndGet(messages.size());
		});
		Transport transport = start(receiver);
		List<CompletableFuture<?>> sent = new ArrayList<>();
		for (int n = 0; n < 100; n++) {
			int number = n;
			sent.add(transport.send(IntStream.range(0, 100).mapToObj((i) -> event("i" + i, number)).toList(), false)
				.toCompletableFuture());
		}
		await().until(() -> count.get() >= 10_000);
		CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
		synchronized (received) {
			Map<String, List<Message.ToOrchestration>> byInstance = received.stream()
				.collect(Collectors.groupingBy(Message::instanceId));
			assertThat(byInstance).hasSize(100);
			byInstance.forEach((id, messages) -> assertThat(messages).isEqualTo(events(id, 0, 100)));
		}
	}

	@Test
	void everyKindOfEventArrivesAsItWasSent() {
		RecordingReceiver receiver = new RecordingReceiver();
		Transport transport = start(receiver);
		List<Message.ToOrchestration> sent = Stream
			.of(new HistoryEvent.ExecutionStarted(NOW, "order", "1.2", Payload.of("{\"näme\":\"日本 🚀 \\\"x\\\"\"}"),
					Map.of("clé", "värde"), "parent"),
					new HistoryEvent.ExecutionStarted(NOW, "order", null, null, Map.of(), null),
					new HistoryEvent.TaskCompleted(NOW, 7, Payload.of("[1,2.50,null,\"\\u0001\"]")),
					new HistoryEvent.TaskCompleted(NOW, 8, null),
					new HistoryEvent.TaskFailed(NOW, 9,
							new FailureDetails("java.io.IOException", "kaputt ☠", "at x\n\tat y", true,
									FailureDetails.of("Cause", "because"), Map.of("k", "v"))),
					new HistoryEvent.TimerFired(NOW, 10), new HistoryEvent.ExecutionTerminated(NOW, "enough"),
					new HistoryEvent.ExecutionTerminated(NOW, null),
					new HistoryEvent.ExecutionSuspended(NOW, "hold", FailureDetails.of("T", "m")),
					new HistoryEvent.ExecutionResumed(NOW, null))
			.map((event) -> new Message.ToOrchestration("id-" + event.hashCode(), "Instänz:1",
					(event instanceof HistoryEvent.Completion) ? "execution" : null, event))
			.toList();
		transport.send(sent, false);
		await().until(() -> receiver.events().size() >= sent.size());
		assertThat(receiver.events()).isEqualTo(sent);
	}

	// --- Sending

	@Test
	void aSendIsDoneOnlyWhenTheMessagesAreSafeFromACrash() throws Exception {
		CountDownLatch inside = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		RecordingReceiver receiver = new RecordingReceiver().onEvents((messages) -> {
			inside.countDown();
			awaitLatch(release);
		});
		Transport transport = start(receiver);
		CompletableFuture<?> stage = transport.send(events("a", 0, 1), false).toCompletableFuture();
		assertThat(inside.await(30, TimeUnit.SECONDS)).isTrue();
		if (keepsMessages()) {
			stage.get(30, TimeUnit.SECONDS);
		}
		else {
			assertThat(stage).isNotDone();
		}
		release.countDown();
		stage.get(30, TimeUnit.SECONDS);
	}

	@Test
	void anEmptySendIsDone() throws Exception {
		start(new RecordingReceiver()).send(List.of(), false).toCompletableFuture().get(30, TimeUnit.SECONDS);
	}

	@Test
	void whatIsSentBeforeTheStartArrivesAfterIt() {
		RecordingReceiver receiver = new RecordingReceiver();
		Transport transport = open();
		transport.send(List.of(event("early", 0), call("early", 1, "")), false);
		transport.start(EVERYTHING, receiver);
		await().until(() -> receiver.events().size() == 1 && receiver.deliveries().size() == 1);
	}

	@Test
	void afterCloseASendFails() {
		Transport transport = start(new RecordingReceiver());
		transport.close();
		CompletableFuture<?> stage = transport.send(events("a", 0, 1), false).toCompletableFuture();
		assertThatExceptionOfType(CompletionException.class).isThrownBy(stage::join);
	}

	// --- Activities

	@Test
	void callsArriveAsTheyWereSent() {
		RecordingReceiver receiver = new RecordingReceiver();
		Transport transport = start(receiver);
		List<Message.ToActivity> sent = List.of(
				new Message.ToActivity("x:1", "Instänz:1", "x", 1, "copy", null,
						Payload.of("{\"名\":\"🚀\",\"n\":1.50}")),
				new Message.ToActivity("x:2", "Instänz:1", "x", 2, "copy", null, null),
				new Message.ToActivity("x:3", "Instänz:1", "x", 3, "send", "mail", Payload.of("null")));
		transport.send(sent, false);
		await().until(() -> receiver.deliveries().size() >= 3);
		assertThat(receiver.calls()).containsExactlyInAnyOrderElementsOf(sent);
	}

	@Test
	void callsDoNotWaitForCallsThatAreNotAcknowledged() {
		RecordingReceiver receiver = new RecordingReceiver();
		Transport transport = start(receiver);
		for (int i = 0; i < 20; i++) {
			transport.send(List.of(call("a", i, "")), false);
			int expected = i + 1;
			await().until(() -> receiver.deliveries().size() == expected);
		}
	}

	@Test
	void noMoreCallsAreDeliveredThanTheReceiverWants() {
		RecordingReceiver receiver = new RecordingReceiver().wants(0);
		Transport transport = start(receiver);
		transport.send(IntStream.range(0, 300).mapToObj((i) -> call("a" + i, i, "")).toList(), false);
		transport.send(List.of(event("barrier", 0)), false);
		await().until(() -> receiver.events().size() == 1);
		assertThat(receiver.deliveries()).isEmpty();
		for (int wanted : new int[] { 1, 3, 50, 171 }) {
			receiver.wants(wanted);
			await().until(() -> receiver.deliveries().size() >= wanted);
			await().during(Duration.ofMillis(100)).until(() -> receiver.deliveries().size() == wanted);
		}
		receiver.wants(1000);
		await().until(() -> receiver.deliveries().size() >= 300);
		assertThat(receiver.calls()).doesNotHaveDuplicates().hasSize(300);
	}

	@Test
	void aReceiverThatAcknowledgesAtOnceGetsAllOfAThousandCalls() {
		AtomicInteger done = new AtomicInteger();
		RecordingReceiver receiver = new RecordingReceiver().onDeliveries((calls) -> {
			calls.forEach(Transport.ActivityDelivery::acknowledge);
			done.addAndGet(calls.size());
		});
		Transport transport = start(receiver);
		transport.send(IntStream.range(0, 1000).mapToObj((i) -> call("a" + i, i, "")).toList(), false);
		await().until(() -> done.get() >= 1000);
		assertThat(receiver.calls()).doesNotHaveDuplicates().hasSize(1000);
	}

	@Test
	void callsWhoseReceiverThrowsArriveAgain() {
		AtomicInteger failures = new AtomicInteger();
		RecordingReceiver receiver = new RecordingReceiver().onDeliveries((calls) -> {
			if (failures.incrementAndGet() <= 2) {
				throw new IllegalStateException("no luck yet");
			}
		});
		Transport transport = start(receiver);
		transport.send(List.of(call("a", 1, "")), false);
		await().until(() -> receiver.deliveries().size() == 1);
		assertThat(receiver.deliveries().get(0).redelivered()).isTrue();
	}

	@Test
	void aCallIsMarkedAsRedeliveredIfItMayHaveBeenDeliveredBefore() {
		RecordingReceiver receiver = new RecordingReceiver();
		Transport transport = start(receiver);
		transport.send(List.of(call("warm-up", 0, "")), false);
		await().until(() -> receiver.deliveries().size() == 1);
		transport.send(List.of(call("new", 1, "")), false);
		transport.send(List.of(call("again", 2, "")), true);
		await().until(() -> receiver.deliveries().size() == 3);
		assertThat(receiver.deliveries()).filteredOn((call) -> call.message().instanceId().equals("new"))
			.allMatch((call) -> !call.redelivered());
		assertThat(receiver.deliveries()).filteredOn((call) -> call.message().instanceId().equals("again"))
			.allMatch(Transport.ActivityDelivery::redelivered);
	}

	@Test
	void aCallThatIsNotAcknowledgedIsNotLostWithItsNode() throws Exception {
		RecordingReceiver receiver = new RecordingReceiver();
		Transport transport = start(receiver);
		CompletableFuture<?> done = transport.send(List.of(call("a", 1, "")), false).toCompletableFuture();
		CompletableFuture<?> open = transport.send(List.of(call("a", 2, "")), false).toCompletableFuture();
		await().until(() -> receiver.deliveries().size() == 2);
		receiver.deliveries()
			.stream()
			.filter((call) -> call.message().taskId() == 1)
			.forEach(Transport.ActivityDelivery::acknowledge);
		done.get(30, TimeUnit.SECONDS);
		transport.close();
		if (!keepsMessages()) {
			assertThatExceptionOfType(CompletionException.class).isThrownBy(open::join);
			return;
		}
		RecordingReceiver next = new RecordingReceiver();
		start(next);
		await().until(() -> next.calls().stream().anyMatch((call) -> call.taskId() == 2));
		assertThat(next.deliveries()).allMatch(Transport.ActivityDelivery::redelivered);
	}

	@Test
	void acknowledgingTwiceCountsOnce() throws Exception {
		RecordingReceiver receiver = new RecordingReceiver();
		Transport transport = start(receiver);
		CompletableFuture<?> stage = transport.send(List.of(call("a", 1, ""), call("a", 2, "")), false)
			.toCompletableFuture();
		await().until(() -> receiver.deliveries().size() == 2);
		Transport.ActivityDelivery first = receiver.deliveries().get(0);
		first.acknowledge();
		first.acknowledge();
		if (!keepsMessages()) {
			assertThat(stage).isNotDone();
		}
		receiver.deliveries().get(1).acknowledge();
		stage.get(30, TimeUnit.SECONDS);
	}

	// --- Stopping and looking

	@Test
	void afterStopNothingIsDeliveredAndSendingStillWorks() throws Exception {
		RecordingReceiver receiver = new RecordingReceiver();
		Transport transport = start(receiver);
		transport.send(List.of(event("a", 0), call("a", 1, "")), false);
		await().until(() -> receiver.events().size() == 1 && receiver.deliveries().size() == 1);
		transport.stop();
		CompletableFuture<?> stage = transport.send(List.of(event("a", 1), call("a", 2, "")), false)
			.toCompletableFuture();
		if (keepsMessages()) {
			stage.get(30, TimeUnit.SECONDS);
		}
		await().during(Duration.ofMillis(300))
			.until(() -> receiver.events().size() == 1 && receiver.deliveries().size() == 1);
		assertThat(stage.isCompletedExceptionally()).isFalse();
	}

	@Test
	void aMessageThatWasPutAsideIsVisible() {
		Transport transport = start(new RecordingReceiver());
		transport.deadLetter(event("a", 1), "nobody understands it");
		transport.deadLetter(call("b", 2, "mail"), "nobody understands it either");
		await().untilAsserted(() -> assertThat(transport.status().details()).containsEntry("deadLetterCount", 2L));
	}

	@Test
	void theStatusCountsWhatWaits() {
		RecordingReceiver receiver = new RecordingReceiver().wants(0);
		Transport transport = start(receiver);
		transport.send(List.of(call("a", 1, ""), call("b", 2, ""), call("c", 3, "")), false);
		await().untilAsserted(() -> {
			Transport.Status status = transport.status();
			assertThat(status.kind()).isNotBlank();
			assertThat(status.problem()).isNull();
			assertThat(status.lag().values().stream().mapToLong(Long::longValue).sum()).isEqualTo(3);
		});
	}

	// --- Steps

	private Transport open() {
		Transport transport = open(this.hub);
		this.opened.add(transport);
		return transport;
	}

	private Transport start(Transport.Receiver receiver) {
		Transport transport = open();
		transport.start(EVERYTHING, receiver);
		return transport;
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
	}

	private static void awaitLatch(CountDownLatch latch) {
		try {
			assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static List<Message.ToOrchestration> events(String instanceId, int from, int to) {
		return IntStream.range(from, to).mapToObj((n) -> event(instanceId, n)).toList();
	}

	private static Message.ToOrchestration event(String instanceId, int number) {
		return Message.ToOrchestration.completion(instanceId, "execution-of-" + instanceId,
				new HistoryEvent.TaskCompleted(NOW, number, Payload.of("{\"n\":" + number + "}")));
	}

	private static Message.ToActivity call(String instanceId, int taskId, String queue) {
		return Message.ToActivity.of(instanceId, "execution-of-" + instanceId, new HistoryEvent.TaskScheduled(NOW,
				taskId, "copy", queue.isEmpty() ? null : queue, Payload.of("\"file\"")));
	}

	private static List<Message> interleaved(List<? extends Message> one, List<? extends Message> other) {
		List<Message> all = new ArrayList<>();
		for (int i = 0; i < one.size(); i++) {
			all.add(one.get(i));
			all.add(other.get(i));
		}
		return all;
	}

}
