package io.durablespring.runtime;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.durablespring.InstanceStatus;
import io.durablespring.spi.Notices;
import io.durablespring.spi.Notices.Notice;
import io.durablespring.spi.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows which instances other nodes wait for, and tells them. All of it is in memory and
 * may get lost: whoever waits asks again now and then, and looks. Thread-safe.
 */
final class NoticeBoard {

	private static final Logger logger = LoggerFactory.getLogger(NoticeBoard.class);

	/** Whoever still waits asks again after this time. */
	static final long ASKED_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(30);

	private static final long KEPT_NANOS = 3 * ASKED_AGAIN_NANOS;

	private static final long SWEPT_NANOS = TimeUnit.SECONDS.toNanos(10);

	/** Of up to 256 characters each; who is left out finds out by looking. */
	private static final int MOST_KEPT = 100_000;

	/** So that a notice is not too large for a broker. */
	private static final int MOST_SENT = 500;

	private final String name = UUID.randomUUID().toString();

	private final Transport transport;

	private final Executor executor;

	/** Until when, by {@link System#nanoTime()}. */
	private final Map<String, Long> awaitedElsewhere = new ConcurrentHashMap<>();

	private final AtomicLong swept = new AtomicLong(System.nanoTime());

	private final Queue<String> asking = new ConcurrentLinkedQueue<>();

	private final Queue<Map.Entry<String, InstanceStatus>> telling = new ConcurrentLinkedQueue<>();

	private final AtomicInteger sending = new AtomicInteger();

	/**
	 * Creates a board.
	 * @param executor runs what may wait for a broker
	 */
	NoticeBoard(Transport transport, Executor executor) {
		this.transport = transport;
		this.executor = executor;
	}

	/** Whether no other node waits for anything. */
	boolean isEmpty() {
		return this.awaitedElsewhere.isEmpty();
	}

	/** Asks other nodes to tell when an instance changes. */
	void ask(String instanceId) {
		this.asking.add(instanceId);
		sendSoon();
	}

	/** Tells other nodes of a change, if any of them wants to know. */
	void tell(String instanceId, InstanceStatus status) {
		boolean awaited = status.isFinished() ? this.awaitedElsewhere.remove(instanceId) != null
				: this.awaitedElsewhere.containsKey(instanceId);
		if (awaited) {
			this.telling.add(Map.entry(instanceId, status));
			sendSoon();
		}
	}

	/** Whether a notice is this node's own. */
	boolean isOwn(Notice notice) {
		return notice.sender().equals(this.name);
	}

	void received(Notice notice) {
		long now = System.nanoTime();
		sweep(now);
		if (!isOwn(notice)) {
			for (String id : notice.awaited()) {
				if (this.awaitedElsewhere.size() < MOST_KEPT || this.awaitedElsewhere.containsKey(id)) {
					this.awaitedElsewhere.put(id, now + KEPT_NANOS);
				}
			}
		}
		notice.changed().forEach((id, status) -> {
			if (status.isFinished()) {
				this.awaitedElsewhere.remove(id);
			}
		});
	}

	private void sweep(long now) {
		long last = this.swept.get();
		if (now - last > SWEPT_NANOS && this.swept.compareAndSet(last, now)) {
			this.awaitedElsewhere.values().removeIf((until) -> until - now < 0);
		}
	}

	/** What comes together goes together. Never on the thread of a step. */
	private void sendSoon() {
		if (this.sending.getAndIncrement() > 0) {
			return;
		}
		try {
			this.executor.execute(this::send);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("Sending no notices any more: this node stops");
			this.asking.clear();
			this.telling.clear();
			this.sending.set(0);
		}
	}

	private void send() {
		int seen;
		do {
			seen = this.sending.get();
			try {
				sendAll();
			}
			catch (RuntimeException ex) {
				logger.debug("A notice to other nodes is lost: they will look", ex);
			}
		}
		while (this.sending.addAndGet(-seen) > 0);
	}

	private void sendAll() {
		while (!this.asking.isEmpty() || !this.telling.isEmpty()) {
			Set<String> awaited = new HashSet<>();
			for (String id = this.asking.poll(); id != null; id = this.asking.poll()) {
				awaited.add(id);
				if (awaited.size() == MOST_SENT) {
					break;
				}
			}
			Map<String, InstanceStatus> changed = new HashMap<>();
			for (Map.Entry<String, InstanceStatus> change = this.telling.poll(); change != null; change = this.telling
				.poll()) {
				changed.put(change.getKey(), change.getValue());
				if (awaited.size() + changed.size() >= MOST_SENT) {
					break;
				}
			}
			Notices notices = this.transport.notices();
			if (notices != null) {
				notices.send(new Notice(this.name, awaited, changed));
			}
		}
	}

}
