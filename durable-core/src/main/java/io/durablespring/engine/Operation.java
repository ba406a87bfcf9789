package io.durablespring.engine;

import io.durablespring.history.HistoryEvent.Action;
import io.durablespring.history.HistoryEvent.Completion;
import org.jspecify.annotations.Nullable;

/**
 * A task that begins with a recorded action and ends with a recorded outcome. One
 * subclass for every feature; {@link Replay} knows only this class.
 *
 * @param <V> the result's type
 */
abstract class Operation<V extends @Nullable Object> extends ReplayTask<V> {

	private final int taskId;

	Operation(Replay replay) {
		super(replay);
		this.taskId = replay.nextTaskId();
	}

	final int taskId() {
		return this.taskId;
	}

	/** The action to record, or to compare with what is recorded. */
	abstract Action action();

	/** Called once the action is recorded for the first time: asks for what it needs. */
	abstract void begin(StepRecord step);

	/**
	 * Called with the action as it stands in history, which may say more than the code
	 * does now.
	 */
	void begun(Action recorded) {
	}

	/** Takes in the outcome. */
	abstract void complete(Completion outcome);

}
