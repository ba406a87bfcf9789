package io.durablespring.engine;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
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

	// Not by recursion: a chain of causes may be longer than any stack.
	private void collect(Throwable first) {
		Deque<Throwable> rest = new ArrayDeque<>(List.of(first));
		while (!rest.isEmpty()) {
			Throwable failure = rest.pop();
			if (!this.seen.add(failure)) {
				continue;
			}
			if (failure instanceof TaskFailedException task) {
				this.taskIds.add(task.taskId());
			}
			if (failure instanceof CompositeTaskFailedException composite) {
				rest.addAll(composite.failures());
			}
			Throwable cause = causeOf(failure);
			if (cause != null) {
				rest.add(cause);
			}
			rest.addAll(List.of(failure.getSuppressed()));
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
