package io.durablespring.kafka;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

import io.durablespring.history.Message;

/**
 * A call whose lock a lane of this node has. Thread-safe.
 */
final class ShareCall implements ActivityDispatcher.QueuedCall {

	private final Message.ToActivity message;

	private final Instant sentAt;

	private final ShareQueueConsumer owner;

	private final Runnable settled;

	private final AtomicReference<State> state = new AtomicReference<>(State.QUEUED);

	private volatile boolean redelivered;

	/**
	 * A call that waits here.
	 * @param settled to be run once when the call is acknowledged
	 */
	ShareCall(Message.ToActivity message, boolean redelivered, Instant sentAt, ShareQueueConsumer owner,
			Runnable settled) {
		this.message = message;
		this.redelivered = redelivered;
		this.sentAt = sentAt;
		this.owner = owner;
		this.settled = settled;
	}

	/**
	 * Gives the call up unless it has been delivered.
	 * @return whether nobody here will run it any more
	 */
	boolean giveUp() {
		return this.state.compareAndSet(State.QUEUED, State.LOST);
	}

	/** The lock is another's, or nobody's: what happens here has no effect any more. */
	void lose() {
		this.state.set(State.LOST);
	}

	@Override
	public boolean take() {
		boolean taken = this.state.compareAndSet(State.QUEUED, State.TAKEN);
		if (!taken) {
			this.owner.unbuffered();
		}
		return taken;
	}

	@Override
	public void putBack() {
		this.redelivered = true;
		this.state.compareAndSet(State.TAKEN, State.QUEUED);
	}

	/** Only now: the receiver says that it wants more until it has the call. */
	@Override
	public void delivered() {
		this.owner.unbuffered();
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
		if (this.state.compareAndSet(State.TAKEN, State.DONE)) {
			this.settled.run();
		}
	}

	private enum State {

		QUEUED, TAKEN, DONE, LOST

	}

}
