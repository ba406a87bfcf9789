package io.durablespring.engine;

import java.util.Comparator;
import java.util.List;

import io.durablespring.Task;

/**
 * Done with the first of its tasks, in the order of history.
 */
final class AnyOfTask extends ReplayTask<Task<?>> {

	AnyOfTask(Replay replay, List<? extends ReplayTask<?>> tasks) {
		super(replay);
		tasks.stream()
			.filter((task) -> task.doneOrder() != 0)
			.min(Comparator.comparingInt(ReplayTask::doneOrder))
			.ifPresentOrElse(this::first, () -> tasks.forEach((task) -> task.whenDone(() -> first(task))));
	}

	private void first(ReplayTask<?> task) {
		if (doneOrder() == 0) {
			succeed(task, task.doneOrder());
		}
	}

}
