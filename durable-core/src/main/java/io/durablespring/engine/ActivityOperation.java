package io.durablespring.engine;

import io.durablespring.Payload;
import io.durablespring.history.Attempt;
import io.durablespring.history.HistoryEvent.Action;
import io.durablespring.history.HistoryEvent.Completion;
import io.durablespring.history.HistoryEvent.TaskCompleted;
import io.durablespring.history.HistoryEvent.TaskFailed;
import io.durablespring.history.HistoryEvent.TaskScheduled;
import io.durablespring.history.PayloadCodec;
import org.jspecify.annotations.Nullable;

/**
 * A call of an activity.
 *
 * @param <V> the result's type
 */
final class ActivityOperation<V extends @Nullable Object> extends CallOperation<V> {

	private final boolean checkpoint;

	private TaskScheduled call;

	/**
	 * Creates a call.
	 * @param place where it runs: as the call has it or else the activity
	 */
	ActivityOperation(Replay replay, ActivityTarget target, Locality place, @Nullable Payload input,
			Calls.@Nullable NextAttempt attempt, PayloadCodec codec) {
		super(replay, target.name(), target.resultType(), codec);
		this.checkpoint = place.checkpoint();
		this.call = new TaskScheduled(replay.now(), taskId(), target.name(), target.queue(), input,
				(attempt != null) ? attempt.of(taskId()) : null, (place.possible() && place.wanted()) ? true : null);
	}

	@Override
	Action action() {
		return this.call;
	}

	@Override
	void begin(StepRecord step) {
		step.call(this.call, this.checkpoint, replay().awaitStart().tags());
	}

	@Override
	void begun(Action recorded) {
		this.call = (TaskScheduled) recorded;
	}

	@Override
	@Nullable Attempt attempt() {
		return this.call.attempt();
	}

	@Override
	void complete(Completion outcome) {
		if (outcome instanceof TaskFailed failed) {
			failed(failed.failure());
		}
		else {
			returned(((TaskCompleted) outcome).result());
		}
	}

}
