package io.durablespring.runtime;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.durablespring.spi.HeldMessagesException;
import io.durablespring.spi.Outbox;
import io.durablespring.spi.OutboxEntry;
import io.durablespring.spi.Transport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what has been committed. Entries of this node are sent straight from memory when
 * they are due; a poll finds those whose owner died and those that were far in the
 * future.
 * <p>
 * An entry is removed only after the transport has all of its messages, so a crash at any
 * moment means that messages are sent again, never that they are lost. Thread-safe.
 */
final class OutboxRelay {

	private static final Logger logger = LoggerFactory.getLogger(OutboxRelay.class);

	private static final int CLAIM_LIMIT = 500;

	private static final int MAX_OWNED = 10_000;

	private static final Duration RETRY_DELAY = Duration.ofSeconds(1);

	private final Outbox outbox;

	private final Transport transport;

	private final RuntimeSettings settings;

	private final Clock clock;

	private final ScheduledExecutorService scheduler;

	/** Entries that this node must send, by id, with the end of its claim. */
	private final Map<String, Instant> owned = new ConcurrentHashMap<>();

	/** Entries that cannot be sent before the next start, with the end of the claim. */
	private final Map<String, Instant> held = new ConcurrentHashMap<>();

	private final Queue<OutboxEntry> waitingForStart = new ConcurrentLinkedQueue<>();

	/** What clients have committed, in that order. */
	private final Queue<OutboxEntry> fromClients = new ConcurrentLinkedQueue<>();

	private final AtomicInteger accepting = new AtomicInteger();

	private final Queue<String> sent = new ConcurrentLinkedQueue<>();

	private volatile boolean running;

	OutboxRelay(Outbox outbox, Transport transport, RuntimeSettings settings, Clock clock,
			ScheduledExecutorService scheduler) {
		this.outbox = outbox;
		this.transport = transport;
		this.settings = settings;
		this.clock = clock;
		this.scheduler = scheduler;
	}

	void start() {
		this.running = true;
		scheduleWaiting();
		long interval = this.settings.pollInterval().toMillis();
		this.scheduler.scheduleWithFixedDelay(this::poll, 0, interval, TimeUnit.MILLISECONDS);
	}

	void stop() {
		this.running = false;
	}

	/**
	 * Until when the writer of an entry claims it: the entry stays with this node if it
	 * is due before the next poll would find it.
	 */
	@Nullable Instant claimFor(Instant dueAt, Instant now) {
		boolean near = !dueAt.isAfter(now.plus(this.settings.claimTime()));
		return near ? (dueAt.isBefore(now) ? now : dueAt).plus(this.settings.claimTime()) : null;
	}

	/** Takes over an entry of this node that has been committed. */
	void accept(OutboxEntry entry) {
		if (entry.claimedUntil() == null) {
			return;
		}
		if (this.running) {
			schedule(entry, false);
		}
		else {
			this.waitingForStart.add(entry);
			if (this.running) {
				scheduleWaiting();
			}
		}
	}

	/**
	 * Takes over an entry of this node that has been committed, on a thread of the relay:
	 * the caller's may still hold its database connection, and must not wait for a
	 * broker. What one caller commits later is sent later.
	 */
	void acceptElsewhere(OutboxEntry entry) {
		if (!this.running) {
			accept(entry);
			return;
		}
		this.fromClients.add(entry);
		try {
			this.scheduler.execute(this::acceptFromClients);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("Leaving outbox entry {} to another node: this one stops", entry.id());
		}
	}

	/** One thread at a time keeps the order; another one must not wait for it. */
	private void acceptFromClients() {
		if (this.accepting.getAndIncrement() > 0) {
			return;
		}
		do {
			for (OutboxEntry entry = this.fromClients.poll(); entry != null; entry = this.fromClients.poll()) {
				accept(entry);
			}
		}
		while (this.accepting.decrementAndGet() > 0);
	}

	private void scheduleWaiting() {
		for (OutboxEntry entry = this.waitingForStart.poll(); entry != null; entry = this.waitingForStart.poll()) {
			schedule(entry, false);
		}
	}

	private void schedule(OutboxEntry entry, boolean resent) {
		Instant claimedUntil = entry.claimedUntil();
		if (claimedUntil == null || this.held.containsKey(entry.id())
				|| this.owned.putIfAbsent(entry.id(), claimedUntil) != null) {
			return;
		}
		Instant now = this.clock.instant();
		if (entry.dueAt().isAfter(now)) {
			sendLater(entry, resent, Duration.between(now, entry.dueAt()).toNanos());
		}
		else {
			// No subtraction: what is due may be due for longer than a long has
			// nanoseconds.
			send(entry, resent);
		}
	}

	private void sendLater(OutboxEntry entry, boolean resent, long nanos) {
		if (!this.scheduler.isShutdown()) {
			this.scheduler.schedule(() -> send(entry, resent), nanos, TimeUnit.NANOSECONDS);
		}
	}

	private void send(OutboxEntry entry, boolean resent) {
		// A timer that was removed meanwhile is not ours any more.
		if (!this.owned.containsKey(entry.id())) {
			return;
		}
		try {
			this.transport.send(entry.messages(), resent).whenComplete((done, failure) -> {
				if (failure == null) {
					this.owned.remove(entry.id());
					this.sent.add(entry.id());
				}
				else if (failure instanceof HeldMessagesException) {
					hold(entry, failure);
				}
				else {
					retry(entry, failure);
				}
			});
		}
		catch (RuntimeException ex) {
			retry(entry, ex);
		}
	}

	/**
	 * The entry stays in the outbox, and stays ours, but is not on its way. It counts
	 * neither towards what this node can hold nor as overdue: nothing that was sent waits
	 * because of it.
	 */
	private void hold(OutboxEntry entry, Throwable reason) {
		Instant until = this.owned.get(entry.id());
		if (until != null) {
			this.held.put(entry.id(), until);
			this.owned.remove(entry.id());
			logger.debug("Outbox entry {} is kept for the next start: {}", entry.id(), reason.getMessage());
		}
	}

	/** The ids of entries that cannot be sent before the next start. */
	Set<String> held() {
		return Set.copyOf(this.held.keySet());
	}

	private void retry(OutboxEntry entry, Throwable failure) {
		if (this.running) {
			logger.warn("Sending {} messages of outbox entry {} failed and is tried again in {}: {}",
					entry.messages().size(), entry.id(), RETRY_DELAY, failure.toString());
			sendLater(entry, true, RETRY_DELAY.toNanos());
		}
	}

	/**
	 * Entries that must not be sent any more, because they were removed from the store.
	 */
	void forget(List<String> entryIds) {
		entryIds.forEach(this.owned::remove);
		entryIds.forEach(this.held::remove);
	}

	/** The entries that may be removed; the caller removes them or gives them back. */
	List<String> takeSent() {
		List<String> ids = new ArrayList<>();
		for (String id = this.sent.poll(); id != null; id = this.sent.poll()) {
			ids.add(id);
		}
		return ids;
	}

	void giveBackSent(List<String> ids) {
		this.sent.addAll(ids);
	}

	int unacknowledged() {
		return this.owned.size();
	}

	private void poll() {
		try {
			flush();
			extendClaims();
			int found;
			do {
				// What this node cannot hold is left to others, or for later.
				found = (this.running && this.owned.size() < MAX_OWNED) ? claimDue() : 0;
			}
			while (found == CLAIM_LIMIT);
		}
		catch (RuntimeException ex) {
			logger.warn("Polling the outbox failed and is tried again in {}: {}", this.settings.pollInterval(),
					ex.toString());
		}
	}

	/** Removes what has been sent, for when no commit of a worker does so. */
	void flush() {
		List<String> ids = takeSent();
		if (ids.isEmpty()) {
			return;
		}
		try {
			this.outbox.remove(ids);
		}
		catch (RuntimeException ex) {
			giveBackSent(ids);
			throw ex;
		}
	}

	private void extendClaims() {
		Instant now = this.clock.instant();
		Instant soon = now.plus(this.settings.claimTime().dividedBy(2)).plus(this.settings.pollInterval());
		List<String> ending = new ArrayList<>();
		List.of(this.owned, this.held).forEach((claims) -> claims.forEach((id, until) -> {
			if (until.isBefore(soon)) {
				ending.add(id);
			}
		}));
		if (!ending.isEmpty()) {
			Instant until = now.plus(this.settings.claimTime().multipliedBy(2));
			this.outbox.extend(ending, until);
			ending.forEach((id) -> this.owned.computeIfPresent(id, (key, before) -> until));
			ending.forEach((id) -> this.held.computeIfPresent(id, (key, before) -> until));
		}
	}

	private int claimDue() {
		Instant now = this.clock.instant();
		Instant next = now.plus(this.settings.pollInterval().multipliedBy(2));
		List<OutboxEntry> entries = this.outbox.claim(next, now, next.plus(this.settings.claimTime()), CLAIM_LIMIT);
		for (OutboxEntry entry : entries) {
			schedule(entry, true);
		}
		return entries.size();
	}

}
