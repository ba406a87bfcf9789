package io.durablespring.engine;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import io.durablespring.CompositeTaskFailedException;
import io.durablespring.TaskFailedException;
import org.jspecify.annotations.Nullable;

/**
 * Finds the failed tasks that an exception names as its causes.
 */
final class FailedTasks {

	private final Set<Integer> taskIds = new TreeSet<>();

	private final Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());

	private FailedTasks() {
	}

	/**
	 * The tasks behind an exception.
	 * @param failure what an orchestrator's code threw
	 * @return the tasks, none if it does not say
	 */
	static List<Integer> behind(Throwable failure) {
		FailedTasks tasks = new FailedTasks();
		tasks.collect(failure);
		return List.copyOf(tasks.taskIds);
	}

	private void collect(@Nullable Throwable failure) {
		if (failure == null || !this.seen.add(failure)) {
			return;
		}
		if (failure instanceof TaskFailedException task) {
			this.taskIds.add(task.taskId());
		}
		if (failure instanceof CompositeTaskFailedException composite) {
			composite.failures().forEach(this::collect);
		}
		collect(causeOf(failure));
		for (Throwable suppressed : failure.getSuppressed()) {
			collect(suppressed);
		}
	}

	// An exception that cannot tell its cause has none that we know of.
	private static @Nullable Throwable causeOf(Throwable failure) {
		try {
			return failure.getCause();
		}
		catch (Throwable ex) {
			return null;
		}
	}

}
