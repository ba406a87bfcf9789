package io.durablespring.runtime;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.durablespring.ActivityTimeoutException;
import io.durablespring.StoreUnavailableException;
import io.durablespring.history.Message.ToActivity;
import org.jspecify.annotations.Nullable;

/**
 * A call that runs on a thread, until its code or its time is over: whichever is first
 * says what the outcome is. Thread-safe.
 */
final class ActivityRun {

	private static final long ASK_NANOS = TimeUnit.SECONDS.toNanos(1);

	private final ToActivity call;

	private final ActivityTimeouts timeouts;

	private final Supplier<Set<String>> settled;

	private final Consumer<ActivityTimeoutException> onTimeout;

	private @Nullable Thread thread;

	private @Nullable ScheduledFuture<?> startToClose;

	private @Nullable ScheduledFuture<?> heartbeat;

	private @Nullable ActivityTimeoutException timeout;

	private boolean ended;

	private volatile long lastSign = System.nanoTime();

	private volatile boolean cancellationRequested;

	// Confined to the activity's thread.
	private long lastAsked = System.nanoTime() - ASK_NANOS;

	/**
	 * Creates a run.
	 * @param settled asks whether the call has become pointless
	 * @param onTimeout called once if the time is over first, on a thread of the
	 * scheduler
	 */
	ActivityRun(ToActivity call, ActivityTimeouts timeouts, Supplier<Set<String>> settled,
			Consumer<ActivityTimeoutException> onTimeout) {
		this.call = call;
		this.timeouts = timeouts;
		this.settled = settled;
		this.onTimeout = onTimeout;
	}

	ToActivity call() {
		return this.call;
	}

	/** The code begins, on this thread. */
	synchronized void begin(ScheduledExecutorService scheduler) {
		this.thread = Thread.currentThread();
		this.lastSign = System.nanoTime();
		Duration limit = this.timeouts.startToClose();
		if (limit != null) {
			this.startToClose = scheduler.schedule(() -> expire("has run for longer than " + limit), limit.toMillis(),
					TimeUnit.MILLISECONDS);
		}
		Duration pause = this.timeouts.heartbeat();
		if (pause != null) {
			watch(pause, pause.toNanos(), scheduler);
		}
	}

	private synchronized void watch(Duration pause, long nanos, ScheduledExecutorService scheduler) {
		if (this.ended || scheduler.isShutdown()) {
			return;
		}
		this.heartbeat = scheduler.schedule(() -> {
			long left = pause.toNanos() - (System.nanoTime() - this.lastSign);
			if (left > 0) {
				watch(pause, left, scheduler);
			}
			else {
				expire("has not given a sign of life for " + pause);
			}
		}, nanos, TimeUnit.NANOSECONDS);
	}

	private void expire(String what) {
		ActivityTimeoutException late = new ActivityTimeoutException(
				"Activity '%s' of instance '%s' %s".formatted(this.call.name(), this.call.instanceId(), what));
		synchronized (this) {
			if (this.ended || this.timeout != null) {
				return;
			}
			this.timeout = late;
			this.cancellationRequested = true;
			if (this.thread != null) {
				this.thread.interrupt();
			}
		}
		this.onTimeout.accept(late);
	}

	/** The code has come to its end: a timeout that has not come yet does not come. */
	synchronized void end() {
		this.ended = true;
		if (this.startToClose != null) {
			this.startToClose.cancel(false);
		}
		if (this.heartbeat != null) {
			this.heartbeat.cancel(false);
		}
		// An interrupt was meant for the code, or left by it; what the thread does next,
		// such as a commit, must not break off.
		Thread.interrupted();
	}

	/** Why the outcome of the code does not count, {@code null} if it does. */
	synchronized @Nullable ActivityTimeoutException timeout() {
		return this.timeout;
	}

	/**
	 * A sign of life.
	 * @return whether the last one that went to the store was a second ago
	 */
	boolean heartbeat() {
		long now = System.nanoTime();
		this.lastSign = now;
		if (now - this.lastAsked < ASK_NANOS) {
			return false;
		}
		this.lastAsked = now;
		try {
			if (!this.cancellationRequested) {
				this.cancellationRequested |= this.settled.get().contains(this.call.id());
			}
		}
		catch (StoreUnavailableException ex) {
			// The next heartbeat asks again.
		}
		return true;
	}

	boolean isCancellationRequested() {
		return this.cancellationRequested;
	}

}
