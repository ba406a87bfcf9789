package io.durablespring.test;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.durablespring.Payload;
import io.durablespring.history.Message;
import io.durablespring.spi.Transport;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How every {@link Transport} delivers calls of activities. A subclass says which
 * transport to check.
 *
 * @see OrchestrationDeliveryContract
 * @see TransportLifecycleContract
 */
public abstract class ActivityDeliveryContract extends TransportContract {

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

}
