package io.durablespring.runtime;

import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent.EventRaised;
import io.durablespring.history.HistoryEvent.TimerFired;
import io.durablespring.history.Message;
import io.durablespring.local.InMemoryStore;
import io.durablespring.local.InProcessTransport;
import io.durablespring.spi.Outbox;
import io.durablespring.spi.OutboxEntry;
import io.durablespring.spi.Transport;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A relay keeps in memory what it has room for, and leaves the rest to the outbox: in
 * order, and without losing any.
 */
class OutboxRelayTests {

	private static final long ROOM = 10_000;

	private static final Instant T0 = Instant.parse("2026-11-25T12:00:00Z");

	private final SettableClock clock = new SettableClock();

	private final ManualScheduler scheduler = new ManualScheduler(this.clock);

	private final InMemoryStore store = new InMemoryStore();

	private final SlowBroker broker = new SlowBroker();

	private final OutboxRelay relay = relay(this.broker);

	private int written;

	private OutboxRelay relay(Transport transport) {
		return new OutboxRelay(this.store, transport, RuntimeSettings.defaults(), this.clock, this.scheduler,
				new RelayRoom(ROOM));
	}

	@Test
	void whatThereIsNoRoomForIsLeftToAPoll() {
		this.relay.start();
		writeEvents(200);
		runDue();
		assertThat(this.relay.unacknowledged()).isLessThanOrEqualTo(20);
		assertThat(this.broker.sent()).hasSize(this.relay.unacknowledged());
		this.broker.answerAll();
		pollUntilDone();
		assertThat(this.broker.sent()).containsExactlyElementsOf(numbers(200));
	}

	@Test
	void whatComesLaterDoesNotOvertakeWhatWasLeft() {
		this.relay.start();
		writeEvents(30);
		runDue();
		int kept = this.broker.sent().size();
		assertThat(kept).isLessThan(30);
		// Not enough for a poll, but for some entries.
		this.broker.answer(3);
		writeEvents(1);
		runDue();
		assertThat(this.broker.sent()).hasSize(kept);
		this.broker.answerAll();
		pollUntilDone();
		assertThat(this.broker.sent()).containsExactlyElementsOf(numbers(31));
		writeEvents(1);
		assertThat(this.store.claim(T0.plusSeconds(60), this.clock.instant(), T0, 10)).as("kept in memory again")
			.isEmpty();
		runDue();
		assertThat(this.broker.sent()).hasSize(32);
	}

	@Test
	void anErrorOfTheTransportLosesNoEntry() {
		this.broker.error = new StackOverflowError("test");
		this.relay.start();
		writeEvents(1);
		runDue();
		assertThat(this.broker.sent()).isEmpty();
		assertThat(this.relay.unacknowledged()).isOne();
		this.clock.pass(Duration.ofSeconds(2));
		runDue();
		assertThat(this.broker.sent()).containsExactlyElementsOf(numbers(1));
	}

	@Test
	void anErrorInAPollIsNotTheLastOfThem() {
		AtomicReference<Error> error = new AtomicReference<>(new OutOfMemoryError("test"));
		Outbox outbox = (Outbox) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Outbox.class },
				(proxy, method, arguments) -> {
					Error once = method.getName().equals("claim") ? error.getAndSet(null) : null;
					if (once != null) {
						throw once;
					}
					return method.invoke(this.store, arguments);
				});
		enqueue(event(0), null);
		OutboxRelay polled = new OutboxRelay(outbox, this.broker, RuntimeSettings.defaults(), this.clock,
				this.scheduler, new RelayRoom(ROOM));
		polled.start();
		runDue();
		assertThat(error).hasNullValue();
		this.clock.pass(Duration.ofSeconds(2));
		runDue();
		assertThat(this.broker.sent()).hasSize(1);
	}

	@Test
	void aPollComesAsSoonAsThereIsRoomAgain() {
		this.relay.start();
		writeEvents(30);
		runDue();
		this.broker.answerAll();
		// No time has passed.
		runDue();
		assertThat(this.broker.sent()).hasSize(30);
	}

	@Test
	void aPollTakesNoMoreThanThereIsRoomForButForOneClaim() {
		for (int i = 0; i < 1200; i++) {
			enqueue(event(i), null);
		}
		this.relay.start();
		runDue();
		assertThat(this.relay.unacknowledged()).isEqualTo(500);
		for (int i = 0; i < 3; i++) {
			this.broker.answerAll();
			this.clock.pass(Duration.ofSeconds(1));
			runDue();
			assertThat(this.relay.unacknowledged()).isLessThanOrEqualTo(500);
		}
		assertThat(this.broker.sent()).hasSize(1200);
	}

	@Test
	void whatIsWrittenBeforeTheStartIsBoundedToo() {
		writeEvents(100);
		assertThat(this.broker.sent()).isEmpty();
		List<OutboxEntry> left = this.store.claim(T0.plusSeconds(60), T0, T0.plusNanos(1000), 1000);
		assertThat(left).hasSizeBetween(80, 99);
		this.relay.start();
		runDue();
		this.broker.answerAll();
		this.clock.pass(Duration.ofSeconds(1));
		pollUntilDone();
		assertThat(this.broker.sent()).containsExactlyElementsOf(numbers(100));
	}

	@Test
	void largeValuesCount() {
		this.relay.start();
		Instant now = this.clock.instant();
		String large = "x".repeat((int) ROOM);
		write(new OutboxEntry("large", now, this.relay.claimFor(now, now),
				List.of(new Message.ToActivity("m", "a", "x", 0, "copy", null, Payload.reference("id", large)))));
		assertThat(this.relay.claimFor(now, now)).isNull();
		runDue();
		this.broker.answerAll();
		assertThat(this.relay.claimFor(now, now)).as("a poll has to look first").isNull();
		runDue();
		assertThat(this.relay.claimFor(now, now)).isNotNull();
	}

	@Test
	void aTimerThatIsForgottenLeavesNothingBehind() {
		this.relay.start();
		runDue();
		for (int i = 0; i < 1000; i++) {
			Instant dueAt = this.clock.instant().plusSeconds(8);
			Instant claim = this.relay.claimFor(dueAt, this.clock.instant());
			assertThat(claim).isNotNull();
			this.relay.accept(new OutboxEntry("t" + i, dueAt, claim,
					List.of(Message.ToOrchestration.completion("a", "x", new TimerFired(dueAt, i)))));
			this.relay.forget(List.of("t" + i));
		}
		assertThat(this.relay.unacknowledged()).isZero();
		this.clock.pass(Duration.ofSeconds(10));
		runDue();
		assertThat(this.broker.sent()).isEmpty();
	}

	@Test
	void noMoreIdsThanAFewAreRemovedAtATime() {
		this.relay.start();
		for (int i = 0; i < 5000; i++) {
			writeEvents(1);
			runDue();
			this.broker.answerAll();
		}
		assertThat(this.relay.takeSent()).hasSize(2000);
		this.relay.flush();
		assertThat(this.relay.takeSent()).isEmpty();
		assertThat(this.store.claim(T0.plusSeconds(60), T0.plusSeconds(60), T0.plusSeconds(90), 5000)).hasSize(2000);
	}

	@Test
	void theTransportWithinTheProcessHoldsNoMoreThanTheRelay() {
		InProcessTransport transport = new InProcessTransport(1);
		transport.start(new Transport.Subscription(true, Set.of(""), Transport.Versions.any()), new Busy());
		OutboxRelay local = relay(transport);
		local.start();
		for (int i = 0; i < 1000; i++) {
			Instant now = this.clock.instant();
			OutboxEntry entry = new OutboxEntry("c" + i, now, local.claimFor(now, now),
					List.of(new Message.ToActivity("c" + i, "a", "x", i, "copy", null, null)));
			this.store.enqueue(entry, List.of(), () -> local.acceptElsewhere(entry));
			runDue();
		}
		assertThat(transport.status().lag()).containsEntry("activities", 20L);
		local.stop();
		transport.close();
	}

	private void writeEvents(int count) {
		for (int i = 0; i < count; i++) {
			this.clock.pass(Duration.ofNanos(1000));
			OutboxEntry event = event(this.written);
			this.written++;
			write(event);
		}
	}

	private OutboxEntry event(int number) {
		Instant now = this.clock.instant();
		return new OutboxEntry("e%05d".formatted(number), now, this.relay.claimFor(now, now), List
			.of(new Message.ToOrchestration(String.valueOf(number), "a", null, new EventRaised(now, "go", null))));
	}

	private void write(OutboxEntry entry) {
		this.store.enqueue(entry, List.of(), () -> this.relay.acceptElsewhere(entry));
	}

	private void enqueue(OutboxEntry entry, Instant claimedUntil) {
		this.store.enqueue(new OutboxEntry(entry.id(), entry.dueAt(), claimedUntil, entry.messages()), List.of(),
				() -> {
				});
	}

	private void runDue() {
		while (this.scheduler.isDue()) {
			this.scheduler.runOne();
		}
	}

	private void pollUntilDone() {
		for (int i = 0; i < 20; i++) {
			runDue();
			this.broker.answerAll();
			this.clock.pass(Duration.ofSeconds(1));
		}
		runDue();
	}

	private static List<String> numbers(int end) {
		return IntStream.range(0, end).mapToObj(String::valueOf).toList();
	}

	private static final class SettableClock extends Clock {

		private Instant now = T0;

		void pass(Duration time) {
			this.now = this.now.plus(time);
		}

		@Override
		public Instant instant() {
			return this.now;
		}

		@Override
		public ZoneOffset getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			return this;
		}

	}

	/** Answers when it is told to. */
	private static final class SlowBroker implements Transport {

		private final List<String> sent = new ArrayList<>();

		/** Thrown once. */
		private Error error;

		private final List<CompletableFuture<Void>> unanswered = new ArrayList<>();

		List<String> sent() {
			return this.sent;
		}

		void answer(int count) {
			List<CompletableFuture<Void>> answered = new ArrayList<>(this.unanswered.subList(0, count));
			this.unanswered.subList(0, count).clear();
			answered.forEach((one) -> one.complete(null));
		}

		void answerAll() {
			answer(this.unanswered.size());
		}

		@Override
		public CompletionStage<?> send(List<? extends Message> messages, boolean resent) {
			if (this.error != null) {
				Error once = this.error;
				this.error = null;
				throw once;
			}
			messages.forEach((message) -> this.sent.add(message.id()));
			CompletableFuture<Void> answer = new CompletableFuture<>();
			this.unanswered.add(answer);
			return answer;
		}

		@Override
		public void start(Subscription subscription, Receiver receiver) {
		}

		@Override
		public void stop() {
		}

		@Override
		public void close() {
		}

		@Override
		public void deadLetter(Message message, String reason) {
		}

		@Override
		public Status status() {
			return new Status("slow", null, Map.of(), Map.of());
		}

	}

	/** Wants no calls. */
	private static final class Busy implements Transport.Receiver {

		@Override
		public void orchestrations(List<Message.ToOrchestration> messages) {
		}

		@Override
		public void activities(List<Transport.ActivityDelivery> deliveries) {
		}

		@Override
		public int activityCapacity() {
			return 0;
		}

	}

}
