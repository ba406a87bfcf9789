package io.durablespring.test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import io.durablespring.local.InProcessTransport;
import io.durablespring.spi.DeadLetterQueue.DeadLetter;
import io.durablespring.spi.DeadLetterQueue.Redriven;
import io.durablespring.spi.Transport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link InProcessTransport}.
 */
class InProcessTransportTests {

	private static final HistoryEvent.TaskScheduled CALL = new HistoryEvent.TaskScheduled(Instant.EPOCH, 1, "print",
			"printers", null, null);

	private static final Message.ToOrchestration EVENT = Message.ToOrchestration.completion("i", "x",
			new HistoryEvent.TimerFired(Instant.EPOCH, 1));

	@Test
	void aCallIsDeliveredWhateverItsQueueForThereIsNoOtherNode() {
		Transport transport = transport();
		RecordingReceiver receiver = new RecordingReceiver();
		transport.start(new Transport.Subscription(true, Set.of(), Transport.Versions.any()), receiver);
		Message.ToActivity call = Message.ToActivity.of("i", "x", CALL, Map.of());
		CompletableFuture<?> stage = transport.send(List.of(call), false).toCompletableFuture();
		Awaitility.await().until(() -> receiver.calls().size() == 1);
		receiver.deliveries().get(0).acknowledge();
		assertThat(stage).succeedsWithin(10, TimeUnit.SECONDS);
		assertThat(receiver.calls()).containsExactly(call);
		transport.close();
	}

	@Test
	void closeFailsWhatIsNotDone() {
		Transport transport = transport();
		transport.start(new Transport.Subscription(true, Set.of(""), Transport.Versions.any()),
				new RecordingReceiver().onEvents((messages) -> {
					throw new IllegalStateException("never");
				}));
		CompletableFuture<?> stage = transport.send(List.of(EVENT), false).toCompletableFuture();
		transport.close();
		assertThatExceptionOfType(CompletionException.class).isThrownBy(stage::join).withMessageContaining("closed");
	}

	@Test
	void aReceiverMayStopTheTransport() {
		Transport transport = transport();
		CompletableFuture<Boolean> stopped = new CompletableFuture<>();
		transport.start(new Transport.Subscription(true, Set.of(""), Transport.Versions.any()),
				new RecordingReceiver().onEvents((messages) -> {
					transport.stop();
					stopped.complete(true);
				}));
		transport.send(List.of(EVENT), false);
		assertThat(stopped).succeedsWithin(5, TimeUnit.SECONDS);
		transport.close();
	}

	@Test
	void onlyTheLastHundredDeadLettersAreKept() {
		Transport transport = transport();
		for (int i = 0; i < 101; i++) {
			transport.deadLetter(EVENT, "reason " + i);
		}
		assertThat(transport.status().details()).containsEntry("deadLetterCount", 101L);
		assertThat((List<?>) transport.status().details().get("deadLetters")).hasSize(100)
			.last()
			.asString()
			.endsWith("reason 100");
		assertThat(transport.deadLetters().list(1000)).hasSize(100)
			.extracting(DeadLetter::reason)
			.startsWith("reason 1")
			.endsWith("reason 100");
	}

	@Test
	void onceItIsClosedItRedrivesNothingAndKeepsWhatWaits() {
		Transport transport = transport();
		transport.deadLetter(EVENT, "why");
		transport.close();
		assertThatIllegalStateException().isThrownBy(transport.deadLetters()::redrive).withMessageContaining("closed");
		assertThat(transport.deadLetters().count()).isEqualTo(1);
	}

	@Test
	void whatIsRedrivenAndFindsNobodyWaitsAgain() {
		Transport transport = transport();
		for (int i = 0; i < 100; i++) {
			transport.deadLetter(new Message.ToVersion("order", String.valueOf(i), EVENT), "why");
		}
		transport.start(new Transport.Subscription(true, Set.of(), new Transport.Versions() {

			@Override
			public boolean canRun(String name, String version) {
				return version.equals("7");
			}

			@Override
			public String fingerprint() {
				return "7";
			}

		}), new RecordingReceiver());
		assertThat(transport.deadLetters().redrive()).isEqualTo(new Redriven(100, 0));
		assertThat(transport.deadLetters().list(1000)).hasSize(99)
			.allSatisfy((letter) -> assertThat(letter.reason()).startsWith("No process runs version"));
		transport.close();
	}

	@Test
	void thereMustBeALane() {
		assertThatIllegalArgumentException().isThrownBy(() -> new InProcessTransport(0));
	}

	private static Transport transport() {
		return new InProcessTransport(3, Duration.ofMillis(5));
	}

	@Nested
	class Orchestrations extends OrchestrationDeliveryContract {

		@Override
		protected TransportUnderTest transportUnderTest() {
			return new TransportUnderTest((hub) -> transport(), false);
		}

	}

	@Nested
	class Activities extends ActivityDeliveryContract {

		@Override
		protected TransportUnderTest transportUnderTest() {
			return new TransportUnderTest((hub) -> transport(), false);
		}

	}

	@Nested
	class Versions extends VersionDeliveryContract {

		@Override
		protected TransportUnderTest transportUnderTest() {
			return new TransportUnderTest((hub) -> transport(), false);
		}

	}

	@Nested
	class Lifecycle extends TransportLifecycleContract {

		@Override
		protected TransportUnderTest transportUnderTest() {
			return new TransportUnderTest((hub) -> transport(), false);
		}

	}

	@Nested
	class DeadLetters extends DeadLetterContract {

		@Override
		protected TransportUnderTest transportUnderTest() {
			return new TransportUnderTest((hub) -> transport(), false);
		}

	}

}
