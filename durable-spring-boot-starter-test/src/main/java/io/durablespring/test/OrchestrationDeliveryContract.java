package io.durablespring.test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.durablespring.FailureDetails;
import io.durablespring.ParentInstance;
import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import io.durablespring.spi.Transport;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How every {@link Transport} delivers messages to orchestrations. A subclass says which
 * transport to check.
 *
 * @see ActivityDeliveryContract
 * @see TransportLifecycleContract
 */
public abstract class OrchestrationDeliveryContract extends TransportContract {

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
					Map.of("clé", "värde"), new ParentInstance("parent", "x~1", 3)),
					new HistoryEvent.ExecutionStarted(NOW, "order", null, null, Map.of(), null),
					new HistoryEvent.TaskCompleted(NOW, 7, Payload.of("[1,2.50,null,\"\\u0001\"]")),
					new HistoryEvent.TaskCompleted(NOW, 8, null),
					new HistoryEvent.TaskFailed(NOW, 9,
							new FailureDetails("java.io.IOException", "kaputt ☠", "at x\n\tat y", true,
									FailureDetails.of("Cause", "because"), Map.of("k", "v"))),
					new HistoryEvent.TimerFired(NOW, 10), new HistoryEvent.ExecutionTerminated(NOW, "enough", true),
					new HistoryEvent.ExecutionTerminated(NOW, null, false),
					new HistoryEvent.ExecutionSuspended(NOW, "hold", FailureDetails.of("T", "m")),
					new HistoryEvent.ExecutionResumed(NOW, null),
					new HistoryEvent.EventRaised(NOW, "Grüße", Payload.of("[1]")),
					new HistoryEvent.EventRaised(NOW, "go", null,
							new HistoryEvent.ExecutionStarted(NOW, "order", "2", Payload.of("1"), Map.of(), null),
							null),
					new HistoryEvent.SubOrchestrationInstanceCompleted(NOW, 11, Payload.of("{}")),
					new HistoryEvent.SubOrchestrationInstanceFailed(NOW, 12, FailureDetails.of("T", "m")),
					new HistoryEvent.ExecutionRewound(NOW, "mended", new ParentInstance("parent", "x~0.1", 3)))
			.map((event) -> new Message.ToOrchestration("id-" + event.hashCode(), "Instänz:1",
					(event instanceof HistoryEvent.Completion) ? "execution" : null, event))
			.toList();
		transport.send(sent, false);
		await().until(() -> receiver.events().size() >= sent.size());
		assertThat(receiver.events()).isEqualTo(sent);
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
