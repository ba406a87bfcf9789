package io.durablespring.runtime;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Lets the rounds of a batch of one instance run on the thread that runs its local calls,
 * so that no call costs a change of threads. The thread of the batch watches: if a call
 * takes too long, it takes the rounds back and leaves the call to the thread that it is
 * on. Only one of the two has the rounds at a time.
 */
final class LocalDriver {

	private static final long WATCH_MILLIS = 10;

	private final AtomicReference<State> state = new AtomicReference<>(State.NEW);

	private final long patience;

	/** When the call, or the wait for a thread, has begun. */
	private volatile long since;

	private volatile @Nullable Thread thread;

	private volatile @Nullable Throwable failure;

	/**
	 * Creates a driver.
	 * @param patience how long a call may take, in nanoseconds
	 */
	LocalDriver(long patience) {
		this.patience = patience;
	}

	/**
	 * Runs rounds until there is none left, or a call takes too long.
	 * @param round does one; says whether there is another
	 * @param threads has the thread for it
	 * @return whether none is left; if not, the rounds are the caller's again
	 */
	boolean run(BooleanSupplier round, Executor threads) {
		this.since = System.nanoTime();
		try {
			threads.execute(() -> drive(round));
		}
		catch (RuntimeException | Error ex) {
			// No thread to spare: a call will find the same, and deals with it.
			return !this.state.compareAndSet(State.NEW, State.TAKEN) && watch();
		}
		return watch();
	}

	private void drive(BooleanSupplier round) {
		if (!this.state.compareAndSet(State.NEW, State.DRIVING)) {
			return;
		}
		this.thread = Thread.currentThread();
		try {
			boolean more = true;
			while (more) {
				more = round.getAsBoolean();
			}
		}
		catch (Taken ex) {
			return;
		}
		catch (Throwable ex) {
			this.failure = ex;
		}
		synchronized (this) {
			this.state.set(State.DONE);
			notifyAll();
		}
	}

	/** Whether the calling thread has the rounds by this driver. */
	boolean isHere() {
		return Thread.currentThread().equals(this.thread) && this.state.get() == State.DRIVING;
	}

	/** Runs a call on the driver's thread. Does not return if the rounds were taken. */
	void call(Runnable code) {
		this.since = System.nanoTime();
		this.state.set(State.IN_CALL);
		code.run();
		if (!this.state.compareAndSet(State.IN_CALL, State.DRIVING)) {
			throw new Taken();
		}
	}

	private boolean watch() {
		boolean interrupted = false;
		try {
			while (true) {
				State current = this.state.get();
				if (current == State.DONE) {
					Rethrow.ifAny(this.failure);
					return true;
				}
				if ((current == State.NEW || current == State.IN_CALL)
						&& System.nanoTime() - this.since >= this.patience
						&& this.state.compareAndSet(current, State.TAKEN)) {
					return false;
				}
				interrupted |= !await();
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private synchronized boolean await() {
		try {
			if (this.state.get() != State.DONE) {
				wait(WATCH_MILLIS);
			}
			return true;
		}
		catch (InterruptedException ex) {
			// The rounds are not this thread's, and cannot be left as they are.
			return false;
		}
	}

	private enum State {

		NEW, DRIVING, IN_CALL, TAKEN, DONE

	}

	/** Takes the driver's thread off the rounds, which are somebody else's. */
	private static final class Taken extends Error {

		private static final long serialVersionUID = 1L;

		Taken() {
			super(null, null, false, false);
		}

	}

}
