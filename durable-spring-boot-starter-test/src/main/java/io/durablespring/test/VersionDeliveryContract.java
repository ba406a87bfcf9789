package io.durablespring.test;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.durablespring.history.Message;
import io.durablespring.spi.HeldMessagesException;
import io.durablespring.spi.Transport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How every {@link Transport} delivers messages for nodes that run another version than
 * their sender. A subclass says which transport to check.
 *
 * @see OrchestrationDeliveryContract
 */
public abstract class VersionDeliveryContract extends TransportContract {

	@Test
	void aNodeThatRunsTheVersionGetsTheMessage() {
		RecordingReceiver receiver = new RecordingReceiver();
		Transport transport = start("2", receiver);
		transport.send(List.of(toVersion("2", 0), toVersion("2", 1)), false);
		await().until(() -> receiver.events().size() >= 2);
		assertThat(receiver.events("a")).containsExactlyElementsOf(events("a", 0, 2));
	}

	@Test
	void aMessageForAVersionThatNobodyRunsHoldsUpNoOther() {
		RecordingReceiver receiver = new RecordingReceiver();
		Transport transport = start("1", receiver);
		transport.send(List.of(toVersion("2", 0), event("a", 1), toVersion("1", 2)), false);
		transport.send(List.of(event("b", 0)), false);
		await().until(() -> receiver.events().size() >= 3);
		assertThat(receiver.events("a")).containsExactlyInAnyOrder(event("a", 1), event("a", 2));
		assertThat(receiver.events("b")).containsExactly(event("b", 0));
	}

	@Test
	void aMessageForAVersionThatNobodyRunsWaitsForANodeThatDoes() {
		RecordingReceiver older = new RecordingReceiver();
		Transport first = start("1", older);
		CompletableFuture<?> sent = first.send(List.of(toVersion("2", 0), event("b", 0)), false).toCompletableFuture();
		await().until(() -> older.events().size() >= 1);
		if (!keepsMessages()) {
			assertThat(sent).as("what the transport does not keep, the outbox must")
				.failsWithin(WAIT)
				.withThrowableThat()
				.havingCause()
				.isInstanceOf(HeldMessagesException.class);
			return;
		}
		assertThat(sent).succeedsWithin(WAIT);
		RecordingReceiver newer = new RecordingReceiver();
		start("2", newer);
		await().until(() -> newer.events("a").size() >= 1);
		assertThat(newer.events("a")).containsExactly(event("a", 0));
		assertThat(older.events("a")).isEmpty();
	}

	@Test
	void aMessageWithoutAVersionIsForNodesThatRunInstancesWithoutOne() {
		RecordingReceiver receiver = new RecordingReceiver();
		Transport transport = start(null, receiver);
		transport.send(List.of(toVersion("1", 0), toVersion(null, 1)), false);
		await().until(() -> receiver.events().size() >= 1);
		assertThat(receiver.events()).containsExactly(event("a", 1));
	}

	@Test
	void whatIsSentBeforeTheStartArrivesAfterIt() {
		RecordingReceiver receiver = new RecordingReceiver();
		Transport transport = open();
		transport.send(List.of(toVersion("2", 0), toVersion("1", 1)), false);
		transport.start(subscription("1"), receiver);
		await().until(() -> receiver.events().size() >= 1);
		assertThat(receiver.events()).containsExactly(event("a", 1));
	}

	@Test
	void messagesWhoseReceiverThrowsArriveAgain() {
		AtomicInteger failures = new AtomicInteger();
		RecordingReceiver receiver = new RecordingReceiver().onEvents((messages) -> {
			if (failures.incrementAndGet() <= 3) {
				throw new IllegalStateException("no luck yet");
			}
		});
		Transport transport = start("2", receiver);
		transport.send(List.of(toVersion("2", 0), toVersion("2", 1)), false);
		await().until(() -> receiver.events().size() >= 2);
		assertThat(receiver.events()).containsExactlyElementsOf(events("a", 0, 2));
	}

	@Test
	void aNodeGetsMessagesOfAnInstanceOneBatchAtATimeWhicheverWayTheyCame() throws Exception {
		CountDownLatch inside = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		RecordingReceiver receiver = new RecordingReceiver().onEvents((messages) -> {
			inside.countDown();
			awaitLatch(release);
		});
		Transport transport = start("2", receiver);
		transport.send(List.of(event("a", 0)), false);
		assertThat(inside.await(WAIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
		transport.send(List.of(toVersion("2", 1)), false);
		await().during(Duration.ofSeconds(1)).until(() -> receiver.attempts() == 1);
		release.countDown();
		await().until(() -> receiver.events().size() >= 2);
		assertThat(receiver.overlaps()).isEmpty();
	}

	private static void awaitLatch(CountDownLatch latch) {
		try {
			assertThat(latch.await(WAIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private Transport start(@Nullable String version, Transport.Receiver receiver) {
		Transport transport = open();
		transport.start(subscription(version), receiver);
		return transport;
	}

	private static Transport.Subscription subscription(@Nullable String version) {
		return new Transport.Subscription(true, Set.of(), new Only(version));
	}

	private static Message toVersion(@Nullable String version, int number) {
		return new Message.ToVersion("order", version, event("a", number));
	}

	/** Runs one version only. */
	private record Only(@Nullable String version) implements Transport.Versions {

		@Override
		public boolean canRun(String name, @Nullable String wanted) {
			return Objects.equals(this.version, wanted);
		}

		@Override
		public String fingerprint() {
			return "only" + this.version;
		}

	}

}
