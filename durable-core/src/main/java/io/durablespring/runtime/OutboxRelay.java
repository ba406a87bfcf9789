package io.durablespring.runtime;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
 * moment means that messages are sent again, never that they are lost.
 * <p>
 * What is in memory is bounded: a new entry for which there is no room belongs to nobody,
 * and the next poll of any node that has room finds it. Thread-safe.
 */
final class OutboxRelay {

	private static final Logger logger = LoggerFactory.getLogger(OutboxRelay.class);

	private static final int CLAIM_LIMIT = 500;

	/** A claim that brings so many bytes has probably left something. */
	private static final long CLAIM_WEIGHT = 1024 * 1024;

	/** How many ids are removed at a time: what takes no time when few are behind. */
	private static final int REMOVE_LIMIT = 2000;

	private static final Duration RETRY_DELAY = Duration.ofSeconds(1);

	private final Outbox outbox;

	private final Transport transport;

	private final RuntimeSettings settings;

	private final Clock clock;

	private final ScheduledExecutorService scheduler;

	private final RelayRoom room;

	private final EntryClaims claims = new EntryClaims();

	private final Queue<Kept> waitingForStart = new ConcurrentLinkedQueue<>();

	/** What clients have committed, in that order. */
	private final Queue<Kept> fromClients = new ConcurrentLinkedQueue<>();

	private final AtomicInteger accepting = new AtomicInteger();

	private final Queue<String> sent = new ConcurrentLinkedQueue<>();

	private final AtomicBoolean polling = new AtomicBoolean();

	private volatile boolean running;

	OutboxRelay(Outbox outbox, Transport transport, RuntimeSettings settings, Clock clock,
			ScheduledExecutorService scheduler, RelayRoom room) {
		this.room = room;
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
	 * is due before the next poll would find it, and if there is room for it.
	 */
	@Nullable Instant claimFor(Instant dueAt, Instant now) {
		if (!isNear(dueAt, now) || !this.room.admits()) {
			return null;
		}
		return (dueAt.isBefore(now) ? now : dueAt).plus(this.settings.claimTime());
	}

	private boolean isNear(Instant dueAt, Instant now) {
		return !dueAt.isAfter(now.plus(this.settings.claimTime()));
	}

	/** Until when an entry is this node's that it keeps from now on. */
	Instant keepUntil(Instant now) {
		return now.plus(this.settings.claimTime());
	}

	/**
	 * An entry of this node has been committed that others are to send only if it dies.
	 */
	void keep(String entryId, Instant until) {
		this.claims.own(entryId, until, 0);
	}

	/** Nobody need send an entry any more. */
	void done(String entryId) {
		this.sent.add(entryId);
		disown(entryId);
	}

	/** Takes over an entry of this node that has been committed. */
	void accept(OutboxEntry entry) {
		keep(entry).ifPresent(this::accept);
	}

	private void accept(Kept kept) {
		if (this.running) {
			schedule(kept, false);
		}
		else {
			this.waitingForStart.add(kept);
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
		keep(entry).ifPresent((kept) -> {
			this.fromClients.add(kept);
			try {
				this.scheduler.execute(this::acceptFromClients);
			}
			catch (RejectedExecutionException ex) {
				logger.debug("Leaving outbox entry {} to another node: this one stops", entry.id());
			}
		});
	}

	/**
	 * Whoever got a claim when there was room keeps it: what is written by then is in
	 * memory anyway.
	 */
	private Optional<Kept> keep(OutboxEntry entry) {
		if (entry.claimedUntil() != null) {
			return Optional.of(taken(entry, entry.claimedUntil()));
		}
		if (isNear(entry.dueAt(), this.clock.instant())) {
			this.room.leave();
		}
		return Optional.empty();
	}

	private Kept taken(OutboxEntry entry, Instant claimedUntil) {
		Kept kept = new Kept(entry, claimedUntil, MessageWeight.of(entry.messages()));
		this.room.take(kept.weight());
		return kept;
	}

	/** One thread at a time keeps the order; another one must not wait for it. */
	private void acceptFromClients() {
		if (this.accepting.getAndIncrement() > 0) {
			return;
		}
		do {
			for (Kept kept = this.fromClients.poll(); kept != null; kept = this.fromClients.poll()) {
				acceptOne(kept);
			}
		}
		while (this.accepting.decrementAndGet() > 0);
	}

	private void acceptOne(Kept kept) {
		try {
			accept(kept);
		}
		catch (RuntimeException | Error ex) {
			logger.warn("Leaving outbox entry {} to the next poll after the end of its claim", kept.entry().id(), ex);
			if (this.claims.isOwned(kept.entry().id())) {
				disown(kept.entry().id());
			}
			else {
				free(kept.weight());
			}
		}
	}

	private void scheduleWaiting() {
		for (Kept kept = this.waitingForStart.poll(); kept != null; kept = this.waitingForStart.poll()) {
			schedule(kept, false);
		}
	}

	private void schedule(Kept kept, boolean resent) {
		OutboxEntry entry = kept.entry();
		if (!this.claims.own(entry.id(), kept.claimedUntil(), kept.weight())) {
			free(kept.weight());
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
			this.claims.sentLater(entry.id(),
					this.scheduler.schedule(() -> send(entry, resent), nanos, TimeUnit.NANOSECONDS));
		}
	}

	private void send(OutboxEntry entry, boolean resent) {
		// A timer that was removed meanwhile is not ours any more.
		if (!this.claims.isOwned(entry.id())) {
			return;
		}
		try {
			this.transport.send(entry.messages(), resent).whenComplete((done, failure) -> {
				if (failure == null) {
					this.sent.add(entry.id());
					disown(entry.id());
				}
				else if (failure instanceof HeldMessagesException) {
					hold(entry, failure);
				}
				else {
					retry(entry, failure);
				}
			});
		}
		catch (RuntimeException | Error ex) {
			// An entry that is given up stays this node's: nobody else would send it.
			retry(entry, ex);
		}
	}

	/**
	 * The entry stays in the outbox, and stays ours, but is not on its way. It counts
	 * neither towards what this node can hold nor as overdue: nothing that was sent waits
	 * because of it.
	 */
	private void hold(OutboxEntry entry, Throwable reason) {
		if (this.claims.hold(entry.id())) {
			disown(entry.id());
			logger.debug("Outbox entry {} is kept for the next start: {}", entry.id(), reason.getMessage());
		}
	}

	/** The ids of entries that cannot be sent before the next start. */
	Set<String> held() {
		return this.claims.held();
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
		entryIds.forEach(this::disown);
		entryIds.forEach(this.claims::release);
	}

	private void disown(String entryId) {
		free(this.claims.disown(entryId));
	}

	/** The poll is not for this thread, which may be the transport's. */
	private void free(long weight) {
		if (!this.room.free(weight) || !this.running) {
			return;
		}
		try {
			this.scheduler.execute(this::poll);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("Leaving what is in the outbox to another node: this one stops");
		}
	}

	/**
	 * Some of the entries that may be removed; the caller removes them or gives them
	 * back.
	 */
	List<String> takeSent() {
		List<String> ids = new ArrayList<>();
		while (ids.size() < REMOVE_LIMIT) {
			String id = this.sent.poll();
			if (id == null) {
				break;
			}
			ids.add(id);
		}
		return ids;
	}

	void giveBackSent(List<String> ids) {
		this.sent.addAll(ids);
	}

	int unacknowledged() {
		return this.claims.owned();
	}

	private void poll() {
		if (!this.polling.compareAndSet(false, true)) {
			return;
		}
		try {
			do {
				flush();
				extendClaims();
				// What this node cannot hold is left to others, or for later.
			}
			while (this.running && !this.room.isFull() && claimDue());
		}
		catch (RuntimeException | Error ex) {
			// Also an Error: what is thrown on ends the schedule.
			logger.warn("Polling the outbox failed and is tried again in {}: {}", this.settings.pollInterval(),
					ex.toString());
		}
		finally {
			this.polling.set(false);
		}
	}

	/** Removes what has been sent, for when no commit of a worker does so. */
	void flush() {
		for (List<String> ids = takeSent(); !ids.isEmpty(); ids = takeSent()) {
			try {
				this.outbox.remove(ids);
			}
			catch (RuntimeException ex) {
				giveBackSent(ids);
				throw ex;
			}
		}
	}

	private void extendClaims() {
		Instant now = this.clock.instant();
		Instant soon = now.plus(this.settings.claimTime().dividedBy(2)).plus(this.settings.pollInterval());
		List<String> ending = this.claims.endingBefore(soon);
		if (!ending.isEmpty()) {
			Instant until = now.plus(this.settings.claimTime().multipliedBy(2));
			this.outbox.extend(ending, until);
			this.claims.extend(ending, until);
		}
	}

	/** Whether there may be more. */
	private boolean claimDue() {
		Instant now = this.clock.instant();
		Instant next = now.plus(this.settings.pollInterval().multipliedBy(2));
		Instant until = next.plus(this.settings.claimTime());
		long mark = this.room.mark();
		List<OutboxEntry> entries = this.outbox.claim(next, now, until, CLAIM_LIMIT);
		if (entries.isEmpty()) {
			this.room.foundAll(mark);
			return false;
		}
		// All of them count before the first one is sent, which may free its share.
		List<Kept> kept = entries.stream().map((entry) -> taken(entry, until)).toList();
		kept.forEach((one) -> schedule(one, true));
		return entries.size() == CLAIM_LIMIT || this.room.isBehind()
				|| kept.stream().mapToLong(Kept::weight).sum() >= CLAIM_WEIGHT;
	}

	/** An entry that counts as being in memory. */
	private record Kept(OutboxEntry entry, Instant claimedUntil, long weight) {
	}

}
