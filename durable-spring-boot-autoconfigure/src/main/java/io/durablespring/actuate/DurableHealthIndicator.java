package io.durablespring.actuate;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

import io.durablespring.runtime.BlockedOrchestrator;
import io.durablespring.spi.Outbox;
import io.durablespring.spi.Transport;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Down if the store cannot be read, if the transport reports a problem, or if a message
 * has been waiting to be sent for too long.
 */
public final class DurableHealthIndicator extends AbstractHealthIndicator {

	private final Outbox outbox;

	private final Supplier<Set<String>> held;

	private final Supplier<List<BlockedOrchestrator>> blocked;

	private final Transport transport;

	private final Clock clock;

	private final Duration maxUnsentAge;

	/**
	 * Creates the indicator.
	 * @param outbox the store's outbox
	 * @param held the ids of outbox entries that wait for a version that is not there:
	 * they are shown, and do not count as overdue
	 * @param blocked the orchestrators that hold up a worker: they are shown
	 * @param transport what carries messages
	 * @param clock the time
	 * @param maxUnsentAge how long a message may be overdue
	 */
	public DurableHealthIndicator(Outbox outbox, Supplier<Set<String>> held,
			Supplier<List<BlockedOrchestrator>> blocked, Transport transport, Clock clock, Duration maxUnsentAge) {
		super("Durable health check failed");
		this.outbox = outbox;
		this.held = held;
		this.blocked = blocked;
		this.transport = transport;
		this.clock = clock;
		this.maxUnsentAge = maxUnsentAge;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		builder.up();
		Transport.Status status = this.transport.status();
		builder.withDetail("transport", status.kind());
		if (status.problem() != null) {
			builder.down().withDetail("transportProblem", status.problem());
		}
		List<BlockedOrchestrator> blockedNow = this.blocked.get();
		if (!blockedNow.isEmpty()) {
			builder.withDetail("blockedOrchestrators", blockedNow);
		}
		checkStore(builder);
	}

	private void checkStore(Health.Builder builder) {
		Instant now = this.clock.instant();
		Set<String> waiting = this.held.get();
		if (!waiting.isEmpty()) {
			builder.withDetail("waitingForOtherVersions", waiting.size());
		}
		Optional<Instant> oldest;
		try {
			oldest = this.outbox.oldestUnsent(now, waiting);
		}
		catch (RuntimeException ex) {
			builder.down(ex).withDetail("storeProblem", "The store cannot be read");
			return;
		}
		oldest.ifPresent((due) -> {
			Duration age = Duration.between(due, now);
			builder.withDetail("oldestUnsent", due);
			if (age.compareTo(this.maxUnsentAge) > 0) {
				builder.down()
					.withDetail("outboxProblem",
							"A message waits to be sent for %s, longer than %s".formatted(age, this.maxUnsentAge));
			}
		});
	}

}
