package io.durablespring.actuate;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.durablespring.StoreUnavailableException;
import io.durablespring.history.Message;
import io.durablespring.runtime.BlockedOrchestrator;
import io.durablespring.spi.Outbox;
import io.durablespring.spi.OutboxEntry;
import io.durablespring.spi.Transport;
import org.junit.jupiter.api.Test;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DurableHealthIndicator}.
 */
class DurableHealthIndicatorTests {

	private static final Instant NOW = Instant.parse("2026-11-20T10:15:30Z");

	private String problem;

	private Set<String> held = Set.of();

	private List<BlockedOrchestrator> blocked = List.of();

	private Instant oldest;

	private RuntimeException failure;

	@Test
	void aNodeWithoutProblemsIsUp() {
		assertThat(health()).isEqualTo(Health.up().withDetail("transport", "fake").build());
	}

	@Test
	void anUnsentMessageIsShown() {
		this.oldest = NOW.minusSeconds(300);
		assertThat(health())
			.isEqualTo(Health.up().withDetail("transport", "fake").withDetail("oldestUnsent", this.oldest).build());
	}

	@Test
	void aMessageThatIsUnsentForTooLongIsDown() {
		this.oldest = NOW.minusSeconds(301);
		assertThat(health().getStatus()).isEqualTo(Status.DOWN);
		assertThat(health().getDetails()).containsEntry("oldestUnsent", this.oldest)
			.containsEntry("outboxProblem", "A message waits to be sent for PT5M1S, longer than PT5M");
	}

	@Test
	void whatWaitsForAnotherVersionIsShownAndNotDown() {
		this.held = Set.of("a", "b");
		assertThat(health())
			.isEqualTo(Health.up().withDetail("transport", "fake").withDetail("waitingForOtherVersions", 2).build());
	}

	@Test
	void aProblemOfTheTransportIsDown() {
		this.problem = "no broker at localhost:9092";
		assertThat(health().getStatus()).isEqualTo(Status.DOWN);
		assertThat(health().getDetails()).containsEntry("transportProblem", this.problem);
	}

	@Test
	void aStoreThatCannotBeReadIsDown() {
		this.failure = new StoreUnavailableException("counting", null);
		assertThat(health().getStatus()).isEqualTo(Status.DOWN);
		assertThat(health().getDetails()).containsEntry("storeProblem", "The store cannot be read")
			.containsKey("error");
	}

	@Test
	void showsOrchestratorsThatHoldUpTheirWorkers() {
		this.blocked = List.of(new BlockedOrchestrator("Orchestrator 'order' of instance 'a' is at Orders.java:7",
				List.of("Orders.order(Orders.java:7)")));
		assertThat(health().getStatus()).isEqualTo(Status.UP);
		assertThat(health().getDetails()).containsEntry("blockedOrchestrators", this.blocked);
	}

	private Health health() {
		return new DurableHealthIndicator(new FakeOutbox(), () -> this.held, () -> this.blocked, new FakeTransport(),
				Clock.fixed(NOW, ZoneOffset.UTC), Duration.ofMinutes(5))
			.health();
	}

	private final class FakeOutbox implements Outbox {

		@Override
		public List<OutboxEntry> claim(Instant dueBefore, Instant now, Instant claimedUntil, int limit) {
			return List.of();
		}

		@Override
		public void extend(Collection<String> entryIds, Instant claimedUntil) {
		}

		@Override
		public void remove(Collection<String> entryIds) {
		}

		@Override
		public Optional<Instant> oldestUnsent(Instant now, Set<String> held) {
			assertThat(now).isEqualTo(NOW);
			assertThat(held).isEqualTo(DurableHealthIndicatorTests.this.held);
			if (DurableHealthIndicatorTests.this.failure != null) {
				throw DurableHealthIndicatorTests.this.failure;
			}
			return Optional.ofNullable(DurableHealthIndicatorTests.this.oldest);
		}

	}

	private final class FakeTransport implements Transport {

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
		public CompletionStage<?> send(List<? extends Message> messages, boolean resent) {
			return new CompletableFuture<>();
		}

		@Override
		public void deadLetter(Message message, String reason) {
		}

		@Override
		public Transport.Status status() {
			return new Transport.Status("fake", DurableHealthIndicatorTests.this.problem, Map.of(), Map.of());
		}

	}

}
