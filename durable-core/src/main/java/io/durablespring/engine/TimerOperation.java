package io.durablespring.engine;

import java.time.Instant;

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

	private final TimerCreated created;

	TimerOperation(Replay replay, Instant fireAt) {
		super(replay);
		this.created = new TimerCreated(replay.now(), taskId(), fireAt);
	}

	@Override
	Action action() {
		return this.created;
	}

	@Override
	void begin(StepRecord step) {
		step.setTimer(new StepResult.Timer(taskId(), this.created.fireAt()));
	}

	@Override
	void complete(Completion outcome) {
		succeed(null);
	}

	@Override
	void abandon(StepRecord step) {
		step.removeTimer(taskId());
	}

	@Override
	public void cancel() {
		if (isDone()) {
			return;
		}
		replay().act(new TimerCanceled(replay().now(), taskId()), this::abandon);
		replay().forget(this);
		fail(new TaskCanceledException(
				"The timer #%d for %s was cancelled".formatted(taskId(), this.created.fireAt())));
	}

}
