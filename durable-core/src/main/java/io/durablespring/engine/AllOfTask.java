package io.durablespring.engine;

import java.util.ArrayList;
import java.util.List;

import io.durablespring.CompositeTaskFailedException;
import org.jspecify.annotations.Nullable;

/**
 * Done when all of its tasks are.
 *
 * @param <V> the tasks' type
 */
final class AllOfTask<V extends @Nullable Object> extends ReplayTask<List<V>> {

	private final List<ReplayTask<V>> tasks;

	private int remaining;

	AllOfTask(Replay replay, List<ReplayTask<V>> tasks) {
		super(replay);
		this.tasks = tasks;
		this.remaining = tasks.size();
		if (tasks.isEmpty()) {
			succeed(List.of());
		}
		tasks.forEach((task) -> task.whenDone(this::oneDone));
	}

	private void oneDone() {
		if (--this.remaining > 0) {
			return;
		}
		List<V> values = new ArrayList<>(this.tasks.size());
		List<RuntimeException> failures = new ArrayList<>();
		for (ReplayTask<V> task : this.tasks) {
			RuntimeException failure = task.failure();
			if (failure != null) {
				failures.add(failure);
			}
			else {
				values.add(task.value());
			}
		}
		int order = this.tasks.stream().mapToInt(ReplayTask::doneOrder).max().orElseThrow();
		if (failures.isEmpty()) {
			succeed(values, order);
		}
		else {
			fail(new CompositeTaskFailedException(failures, this.tasks.size()), order);
		}
	}

}
