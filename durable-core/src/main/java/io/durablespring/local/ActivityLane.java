package io.durablespring.local;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.durablespring.history.Message;
import io.durablespring.spi.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers activity calls as long as the receiver has capacity for them.
 */
final class ActivityLane {

	private static final Logger logger = LoggerFactory.getLogger(ActivityLane.class);

	private static final Duration CAPACITY_CHECK = Duration.ofMillis(10);

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final Deque<Delivery> queue = new ArrayDeque<>();

	private final Map<String, Long> unacknowledged = new HashMap<>();

	private final Duration backoff;

	private boolean stopped;

	ActivityLane(Duration backoff) {
		this.backoff = backoff;
	}

	void add(Message.ToActivity message, boolean resent, Shipment shipment) {
		this.lock.lock();
		try {
			this.queue.add(new Delivery(message, resent, shipment));
			this.unacknowledged.merge(queueOf(message), 1L, Long::sum);
			this.changed.signal();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * How many calls are queued or run.
	 * @return the number by queue
	 */
	Map<String, Long> sizes() {
		this.lock.lock();
		try {
			return Map.copyOf(this.unacknowledged);
		}
		finally {
			this.lock.unlock();
		}
	}

	void stop() {
		this.lock.lock();
		try {
			this.stopped = true;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Delivers until the lane is stopped.
	 * @param receiver who takes the calls
	 */
	void deliverTo(Transport.Receiver receiver) {
		while (awaitCalls()) {
			// Asked without the lock: the receiver may hold one of its own that its
			// acknowledging threads need, too.
			int capacity = receiver.activityCapacity();
			if (capacity <= 0) {
				await(CAPACITY_CHECK);
			}
			else {
				deliver(take(capacity), receiver);
			}
		}
	}

	private void deliver(List<Delivery> batch, Transport.Receiver receiver) {
		if (batch.isEmpty()) {
			return;
		}
		try {
			receiver.activities(List.copyOf(batch));
		}
		catch (RuntimeException | Error ex) {
			logger.warn("Delivering {} activity calls again in {} ms", batch.size(), this.backoff.toMillis(), ex);
			putBack(batch);
			await(this.backoff);
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

	private List<Delivery> take(int limit) {
		List<Delivery> batch = new ArrayList<>();
		this.lock.lock();
		try {
			while (!this.stopped && !this.queue.isEmpty() && batch.size() < limit) {
				batch.add(this.queue.remove());
			}
		}
		finally {
			this.lock.unlock();
		}
		return batch;
	}

	private void putBack(List<Delivery> batch) {
		this.lock.lock();
		try {
			for (int i = batch.size() - 1; i >= 0; i--) {
				if (!batch.get(i).settled.get()) {
					batch.get(i).redelivered = true;
					this.queue.addFirst(batch.get(i));
				}
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void await(Duration time) {
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

	private void forget(Message.ToActivity message) {
		this.lock.lock();
		try {
			this.unacknowledged.computeIfPresent(queueOf(message), (queue, count) -> (count > 1) ? count - 1 : null);
			this.changed.signal();
		}
		finally {
			this.lock.unlock();
		}
	}

	private static String queueOf(Message.ToActivity message) {
		return (message.queue() != null) ? message.queue() : "";
	}

	private final class Delivery implements Transport.ActivityDelivery {

		private final Message.ToActivity message;

		private final Shipment shipment;

		private final Instant sentAt = Instant.now();

		private final AtomicBoolean settled = new AtomicBoolean();

		private volatile boolean redelivered;

		Delivery(Message.ToActivity message, boolean redelivered, Shipment shipment) {
			this.message = message;
			this.redelivered = redelivered;
			this.shipment = shipment;
		}

		@Override
		public Message.ToActivity message() {
			return this.message;
		}

		@Override
		public boolean redelivered() {
			return this.redelivered;
		}

		@Override
		public Instant sentAt() {
			return this.sentAt;
		}

		@Override
		public void acknowledge() {
			if (this.settled.compareAndSet(false, true)) {
				forget(this.message);
				this.shipment.delivered();
			}
		}

	}

}
