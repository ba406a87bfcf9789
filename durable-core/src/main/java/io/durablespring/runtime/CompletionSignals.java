package io.durablespring.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import io.durablespring.InstanceStatus;
import io.durablespring.spi.InstanceQueries;
import io.durablespring.spi.Notices;
import io.durablespring.spi.RuntimeListener;
import io.durablespring.spi.StepCommit;
import io.durablespring.spi.Transport;
import org.jspecify.annotations.Nullable;

/**
 * Wakes who waits for an instance as soon as a node starts or finishes it: this one by
 * itself, another one by a notice, for which it is asked. Either may be missed, so there
 * are looks besides, which become rare: one query for all who wait on this node, made by
 * one of those who wait. Thread-safe.
 */
final class CompletionSignals implements RuntimeListener {

	/** If no notices come from others. */
	private static final Duration WITHOUT_NOTICES = Duration.ofMillis(500);

	private static final int LOOKED_AT_TOGETHER = 1000;

	private final Map<String, Awaited> awaited = new ConcurrentHashMap<>();

	private final InstanceQueries queries;

	private final Transport transport;

	private final NoticeBoard board;

	private final long longestInterval;

	private final ReentrantLock looking = new ReentrantLock();

	CompletionSignals(RuntimePorts ports, NoticeBoard board, Duration longestInterval) {
		this.queries = ports.queries();
		this.transport = ports.transport();
		this.board = board;
		this.longestInterval = longestInterval.toNanos();
	}

	Signal register(String instanceId) {
		Signal signal = new Signal();
		signal.awaited = this.awaited.compute(instanceId, (id, known) -> {
			Awaited instance = (known != null) ? known : new Awaited(id, firstInterval());
			instance.signals.add(signal);
			return instance;
		});
		return signal;
	}

	@Override
	public void stepsCommitted(List<StepCommit> steps) {
		if (this.awaited.isEmpty() && this.board.isEmpty()) {
			return;
		}
		for (StepCommit step : steps) {
			if (step.status().isFinished() || step.head().status() != InstanceStatus.RUNNING) {
				tell(step.head().id(), step.status());
				this.board.tell(step.head().id(), step.status());
			}
		}
	}

	/** Takes a notice of any node. */
	void received(Notices.Notice notice) {
		this.board.received(notice);
		notice.changed().forEach(this::tell);
		if (this.board.isOwn(notice)) {
			// The others have the question now, too, and will answer it. What ended
			// before has to be looked for, once.
			notice.awaited().forEach((id) -> tell(id, null));
		}
	}

	private void tell(String instanceId, @Nullable InstanceStatus status) {
		Awaited instance = this.awaited.get(instanceId);
		if (instance != null) {
			instance.tell(status);
		}
	}

	private long firstInterval() {
		return (this.transport.notices() != null) ? this.longestInterval / 10
				: Math.min(this.longestInterval, WITHOUT_NOTICES.toNanos());
	}

	private long nextInterval(long interval) {
		return (this.transport.notices() != null) ? Math.min(this.longestInterval, 2 * interval) : firstInterval();
	}

	private void askAtFirst(Awaited instance) {
		Notices notices = this.transport.notices();
		if (instance.askedAt == null && notices != null && !notices.isTakenHere(instance.id)) {
			ask(instance);
		}
	}

	private void ask(Awaited instance) {
		instance.askedAt = System.nanoTime();
		this.board.ask(instance.id);
	}

	/** Looks for all for whom it is about time, unless somebody has done so meanwhile. */
	private void look(Awaited mine) {
		this.looking.lock();
		try {
			long now = System.nanoTime();
			if (mine.nextLook - now > 0) {
				return;
			}
			List<Awaited> due = new ArrayList<>();
			due.add(mine);
			for (Awaited other : this.awaited.values()) {
				if (other != mine && due.size() < LOOKED_AT_TOGETHER && other.nextLook - now <= other.interval / 2) {
					due.add(other);
				}
			}
			for (Awaited instance : due) {
				instance.interval = nextInterval(instance.interval);
				instance.nextLook = now + instance.interval;
			}
			Map<String, InstanceStatus> statuses = this.queries
				.statuses(due.stream().map((instance) -> instance.id).toList());
			for (Awaited instance : due) {
				InstanceStatus status = statuses.get(instance.id);
				instance.tell(status);
				if (status != null && !status.isFinished()) {
					askAgain(instance, now);
				}
			}
		}
		finally {
			this.looking.unlock();
		}
	}

	/**
	 * Another node may have taken the instance over, or joined, or missed the question.
	 */
	private void askAgain(Awaited instance, long now) {
		Long askedAt = instance.askedAt;
		if (this.transport.notices() != null && (askedAt == null || now - askedAt > NoticeBoard.ASKED_AGAIN_NANOS)) {
			ask(instance);
		}
	}

	/** An instance that somebody waits for. */
	private static final class Awaited {

		private final String id;

		private final Set<Signal> signals = ConcurrentHashMap.newKeySet();

		private volatile long interval;

		private volatile long nextLook;

		private volatile @Nullable Long askedAt;

		Awaited(String id, long interval) {
			this.id = id;
			this.interval = interval;
			this.nextLook = System.nanoTime() + interval;
		}

		void tell(@Nullable InstanceStatus status) {
			News news = new News(status);
			this.signals.forEach((signal) -> signal.news.add(news));
		}

	}

	/**
	 * What somebody hears who waits.
	 *
	 * @param status what the instance is; {@code null} if that is to be looked up
	 */
	private record News(@Nullable InstanceStatus status) {
	}

	/** Somebody who waits. For one thread. */
	final class Signal implements AutoCloseable {

		private final BlockingQueue<News> news = new LinkedBlockingQueue<>();

		private @Nullable Awaited awaited;

		/**
		 * Waits for news, but no longer than given.
		 * @return what the instance is, as far as somebody has said; {@code null} if that
		 * has to be looked up
		 */
		@Nullable InstanceStatus await(long nanos) throws InterruptedException {
			Awaited instance = instance();
			long end = System.nanoTime() + nanos;
			askAtFirst(instance);
			while (true) {
				long now = System.nanoTime();
				News heard = this.news.poll(Math.min(end - now, instance.nextLook - now), TimeUnit.NANOSECONDS);
				if (heard != null) {
					return heard.status();
				}
				if (end - System.nanoTime() <= 0) {
					return null;
				}
				look(instance);
			}
		}

		private Awaited instance() {
			Awaited instance = this.awaited;
			if (instance == null) {
				throw new IllegalStateException("Not registered");
			}
			return instance;
		}

		@Override
		public void close() {
			CompletionSignals.this.awaited.computeIfPresent(instance().id, (id, current) -> {
				current.signals.remove(this);
				return current.signals.isEmpty() ? null : current;
			});
		}

	}

}
