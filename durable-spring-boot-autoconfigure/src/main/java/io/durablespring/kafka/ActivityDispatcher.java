package io.durablespring.kafka;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.durablespring.spi.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands calls to the receiver as soon as it wants them, on a thread of its own: a
 * consumer's thread, which waits for its broker, would notice too late.
 */
final class ActivityDispatcher {

	private static final Logger logger = LoggerFactory.getLogger(ActivityDispatcher.class);

	private static final Duration CAPACITY_CHECK = Duration.ofMillis(10);

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final Deque<QueuedCall> queue = new ArrayDeque<>();

	private final Transport.Receiver receiver;

	private final Duration backoff;

	private final Thread thread;

	private boolean stopped;

	ActivityDispatcher(Transport.Receiver receiver, Duration backoff) {
		this.receiver = receiver;
		this.backoff = backoff;
		this.thread = new Thread(this::dispatch, "durable-activities");
		this.thread.setDaemon(true);
	}

	void start() {
		this.thread.start();
	}

	/**
	 * Stops and waits for the delivery under way.
	 * @param timeout how long to wait
	 */
	void stop(Duration timeout) {
		this.lock.lock();
		try {
			this.stopped = true;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
		try {
			if (this.thread != Thread.currentThread()) {
				TimeUnit.MILLISECONDS.timedJoin(this.thread, timeout.toMillis());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	void add(List<? extends QueuedCall> calls) {
		this.lock.lock();
		try {
			this.queue.addAll(calls);
			this.changed.signal();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Tells that the receiver may want more by now.
	 */
	void wakeUp() {
		this.lock.lock();
		try {
			this.changed.signal();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void dispatch() {
		while (awaitCalls()) {
			// Asked without the lock: the receiver may hold one of its own that its
			// acknowledging threads need, too.
			int capacity = this.receiver.activityCapacity();
			if (capacity <= 0) {
				pause(CAPACITY_CHECK);
			}
			else {
				deliver(take(capacity));
			}
		}
	}

	private boolean awaitCalls() {
		this.lock.lock();
		try {
			while (!this.stopped && this.queue.isEmpty()) {
				this.changed.awaitUninterruptibly();
			}
			return !this.stopped;
		}
		finally {
			this.lock.unlock();
		}
	}

	private List<QueuedCall> take(int limit) {
		List<QueuedCall> batch = new ArrayList<>();
		this.lock.lock();
		try {
			while (!this.stopped && !this.queue.isEmpty() && batch.size() < limit) {
				QueuedCall next = this.queue.remove();
				if (next.take()) {
					batch.add(next);
				}
			}
			return batch;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void deliver(List<QueuedCall> batch) {
		if (batch.isEmpty()) {
			return;
		}
		try {
			this.receiver.activities(List.copyOf(batch));
			batch.forEach(QueuedCall::delivered);
		}
		catch (RuntimeException | Error ex) {
			logger.warn("Delivering {} activity calls again in {} ms", batch.size(), this.backoff.toMillis(), ex);
			putBack(batch);
			pause(this.backoff);
		}
	}

	private void putBack(List<QueuedCall> batch) {
		this.lock.lock();
		try {
			for (int i = batch.size() - 1; i >= 0; i--) {
				batch.get(i).putBack();
				this.queue.addFirst(batch.get(i));
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void pause(Duration time) {
		this.lock.lock();
		try {
			if (!this.stopped) {
				this.changed.awaitNanos(time.toNanos());
			}
		}
		catch (InterruptedException ex) {
			logger.debug("Ignoring an interrupt: stop() ends this thread", ex);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * A call that waits for its delivery.
	 */
	interface QueuedCall extends Transport.ActivityDelivery {

		/**
		 * Takes the call from the queue.
		 * @return whether it is still this node's to deliver
		 */
		boolean take();

		/**
		 * Undoes {@link #take()}: the delivery failed.
		 */
		void putBack();

		/**
		 * Tells that the receiver has it, which wants less by now.
		 */
		default void delivered() {
		}

	}

}
