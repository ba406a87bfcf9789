package io.durablespring.engine;

import java.lang.reflect.Type;
import java.time.Duration;

import io.durablespring.CancelableTask;
import io.durablespring.PayloadException;
import io.durablespring.TaskCanceledException;
import io.durablespring.TaskTimeoutException;
import io.durablespring.history.HistoryEvent.EventRaised;
import io.durablespring.history.PayloadCodec;
import org.jspecify.annotations.Nullable;

/**
 * Waiting for an external event. Nothing of it is recorded but the event: which wait gets
 * it follows from the order of history.
 *
 * @param <V> what the event carries
 */
final class EventWait<V> extends ReplayTask<V> implements CancelableTask<V> {

	private final String name;

	private final Type type;

	private final PayloadCodec codec;

	private @Nullable TimerOperation timer;

	EventWait(Replay replay, String name, Type type, PayloadCodec codec) {
		super(replay);
		this.name = name;
		this.type = type;
		this.codec = codec;
		replay.externalEvents().await(this);
	}

	String name() {
		return this.name;
	}

	/** Gives up after a time, unless the event is there. */
	EventWait<V> within(Duration timeout) {
		if (doneOrder() != 0) {
			return this;
		}
		if (timeout.isZero() || timeout.isNegative()) {
			expire(timeout);
			return this;
		}
		TimerOperation limit = replay()
			.begin(new TimerOperation(replay(), TimerOperation.end(replay().now(), timeout), null));
		this.timer = limit;
		limit.whenDone(() -> {
			// A timer is done, too, when it is cancelled because the event has come.
			if (limit.failure() == null) {
				expire(timeout);
			}
		});
		return this;
	}

	void take(EventRaised event) {
		stopTimer();
		V value;
		try {
			value = read(this.codec, event.input(), this.type);
		}
		catch (PayloadException ex) {
			fail(new PayloadException(
					"The external event '%s' carries something else: %s".formatted(this.name, ex.getMessage()), ex));
			return;
		}
		succeed(value);
	}

	private void expire(Duration timeout) {
		replay().externalEvents().forget(this);
		fail(new TaskTimeoutException(
				"Timeout of %s expired while waiting for an event named '%s'".formatted(timeout, this.name)));
	}

	@Override
	public void cancel() {
		if (isDone()) {
			return;
		}
		replay().externalEvents().forget(this);
		TimerOperation limit = this.timer;
		fail(new TaskCanceledException("Waiting for an event named '%s' was cancelled".formatted(this.name)));
		if (limit != null) {
			limit.cancel();
		}
	}

	private void stopTimer() {
		TimerOperation limit = this.timer;
		if (limit != null) {
			this.timer = null;
			limit.cancel();
		}
	}

}
