package io.durablespring.test;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.durablespring.spi.Transport;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What every {@link Transport} promises to those who send, from before its start until
 * after its close, and what it shows meanwhile. A subclass says which transport to check.
 *
 * @see OrchestrationDeliveryContract
 * @see ActivityDeliveryContract
 */
public abstract class TransportLifecycleContract extends TransportContract {

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
		if (!keepsMessages()) {
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

	private static void awaitLatch(CountDownLatch latch) {
		try {
			assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
