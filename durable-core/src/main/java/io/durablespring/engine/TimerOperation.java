package io.durablespring.engine;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

import io.durablespring.DurableTimer;
import io.durablespring.TaskCanceledException;
import io.durablespring.history.HistoryEvent.Action;
import io.durablespring.history.HistoryEvent.Completion;
import io.durablespring.history.HistoryEvent.TimerCanceled;
import io.durablespring.history.HistoryEvent.TimerCreated;
import org.jspecify.annotations.Nullable;

/**
 * A timer.
 */
final class TimerOperation extends Operation<@Nullable Void> implements DurableTimer {

	/** No table can hold every time that an Instant can; nobody waits longer. */
	private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

	private final TimerCreated created;

	/**
	 * Creates a timer.
	 * @param retryOf the task of the first attempt, if this is a pause between attempts
	 */
	TimerOperation(Replay replay, Instant fireAt, @Nullable Integer retryOf) {
		super(replay);
		// What is stored has microseconds; a timer must not fire before its time.
		Instant due = fireAt.isAfter(LATEST) ? LATEST : fireAt.isBefore(Instant.EPOCH) ? Instant.EPOCH : fireAt;
		Instant rounded = due.truncatedTo(ChronoUnit.MICROS);
		this.created = new TimerCreated(replay.now(), taskId(),
				rounded.isBefore(due) ? rounded.plus(1, ChronoUnit.MICROS) : rounded, retryOf);
	}

	/** When a delay ends, however long it is; at once if it is negative. */
	static Instant end(Instant now, Duration delay) {
		if (delay.isNegative()) {
			return now;
		}
		return (delay.compareTo(Duration.between(now, LATEST)) < 0) ? now.plus(delay) : LATEST;
	}

	@Override
	Action action() {
		return this.created;
	}

	@Override
	void begin(StepRecord step) {
		step.setTimer(this.created);
	}

	@Override
	void complete(Completion outcome) {
		succeed(null);
	}

	@Override
	public void cancel() {
		if (isDone()) {
			return;
		}
		replay().act(new TimerCanceled(replay().now(), taskId()), (step) -> step.removeTimer(taskId()));
		replay().forget(this);
		fail(new TaskCanceledException(
				"The timer #%d for %s was cancelled".formatted(taskId(), this.created.fireAt())));
	}

}
