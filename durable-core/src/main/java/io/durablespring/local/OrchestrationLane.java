package io.durablespring.local;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.durablespring.history.Message;
import io.durablespring.spi.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers messages to orchestrations one batch after the other, in order. All messages
 * to one instance use the same lane.
 */
final class OrchestrationLane {

	private static final Logger logger = LoggerFactory.getLogger(OrchestrationLane.class);

	private static final int MAX_BATCH = 500;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final Deque<Parcel> queue = new ArrayDeque<>();

	private final Duration backoff;

	private boolean stopped;

	private int inHand;

	OrchestrationLane(Duration backoff) {
		this.backoff = backoff;
	}

	void add(Message.ToOrchestration message, Shipment shipment) {
		this.lock.lock();
		try {
			this.queue.add(new Parcel(message, shipment));
			this.changed.signal();
		}
		finally {
			this.lock.unlock();
		}
	}

	long size() {
		this.lock.lock();
		try {
			return (long) this.queue.size() + this.inHand;
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
	 * @param receiver who takes the messages
	 */
	void deliverTo(Transport.Receiver receiver) {
		for (List<Parcel> batch = next(); !batch.isEmpty(); batch = next()) {
			deliver(batch, receiver);
		}
	}

	/**
	 * Fails what is in the lane, until the lane is stopped.
	 * @param reason why it cannot be delivered
	 */
	void refuse(String reason) {
		for (List<Parcel> batch = next(); !batch.isEmpty(); batch = next()) {
			batch.forEach((parcel) -> parcel.shipment().undeliverable(new IllegalStateException(reason)));
			release();
		}
	}

	private void deliver(List<Parcel> batch, Transport.Receiver receiver) {
		List<Message.ToOrchestration> messages = batch.stream().map(Parcel::message).toList();
		String lastProblem = "";
		do {
			try {
				receiver.orchestrations(messages);
				release();
				batch.forEach((parcel) -> parcel.shipment().delivered());
				return;
			}
			catch (RuntimeException | Error ex) {
				// Logged when it changes: an outage of an hour is one line, not
				// thousands.
				if (!lastProblem.equals(ex.toString())) {
					lastProblem = ex.toString();
					logger.warn("Delivering {} messages again every {} ms until it works", messages.size(),
							this.backoff.toMillis(), ex);
				}
			}
		}
		while (pause());
	}

	private List<Parcel> next() {
		this.lock.lock();
		try {
			while (!this.stopped && this.queue.isEmpty()) {
				this.changed.awaitUninterruptibly();
			}
			List<Parcel> batch = new ArrayList<>();
			while (!this.stopped && !this.queue.isEmpty() && batch.size() < MAX_BATCH) {
				batch.add(this.queue.remove());
			}
			this.inHand = batch.size();
			return batch;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void release() {
		this.lock.lock();
		try {
			this.inHand = 0;
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean pause() {
		this.lock.lock();
		try {
			long nanos = this.backoff.toNanos();
			while (!this.stopped && nanos > 0) {
				nanos = this.changed.awaitNanos(nanos);
			}
			return !this.stopped;
		}
		catch (InterruptedException ex) {
			// Nobody but the receiver's code can have interrupted this thread of ours.
			return !this.stopped;
		}
		finally {
			this.lock.unlock();
		}
	}

	private record Parcel(Message.ToOrchestration message, Shipment shipment) {
	}

}
