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
import io.durablespring.spi.Transport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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

}
