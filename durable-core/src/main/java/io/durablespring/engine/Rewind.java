package io.durablespring.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.durablespring.InstanceAlreadyExistsException;
import io.durablespring.history.Attempt;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.Action;
import io.durablespring.history.HistoryEvent.Command;
import io.durablespring.history.HistoryEvent.Completion;
import io.durablespring.history.HistoryEvent.ExecutionFailed;
import io.durablespring.history.HistoryEvent.ExecutionRewound;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.history.HistoryEvent.ExecutionTerminated;
import io.durablespring.history.HistoryEvent.OrchestratorStarted;
import io.durablespring.history.HistoryEvent.SubOrchestrationInstanceCreated;
import io.durablespring.history.HistoryEvent.SubOrchestrationInstanceFailed;
import io.durablespring.history.HistoryEvent.TaskFailed;
import io.durablespring.history.HistoryEvent.TaskScheduled;
import io.durablespring.history.HistoryEvent.TimerCreated;
import org.jspecify.annotations.Nullable;

/**
 * A failed history without what made it fail: the outcomes of the tasks behind the
 * failure, and what the code did from its first answer to them on. All other outcomes
 * stay, so nothing that the kept part asked for runs again once it has succeeded.
 *
 * @param kept the history to go on with, up to where the code first answered the failure
 * @param again what came after that, in order. The code may do something else by then, so
 * it must take this in anew
 * @param neverStarted the tasks whose sub-orchestration did not start because another
 * instance had its id: there is none to be rewound
 */
public record Rewind(List<HistoryEvent> kept, List<HistoryEvent> again, Set<Integer> neverStarted) {

	public Rewind {
		kept = List.copyOf(kept);
		again = List.copyOf(again);
		neverStarted = Set.copyOf(neverStarted);
	}

	/**
	 * Rewinds a history.
	 * @param history the history of an execution that has failed
	 * @return what to go on with
	 */
	public static Rewind of(List<HistoryEvent> history) {
		Set<Integer> behind = behindTheFailure(history);
		int answer = firstAnswerAfter(history, firstFailureOf(history, behind));
		List<HistoryEvent> kept = history.subList(0, answer)
			.stream()
			.filter((event) -> !(event instanceof ExecutionFailed) && !isFailureOf(behind, event))
			.toList();
		Set<Integer> tasks = kept.stream()
			.filter(Action.class::isInstance)
			.map((event) -> ((Action) event).taskId())
			.collect(Collectors.toSet());
		List<HistoryEvent> again = history.subList(answer, history.size())
			.stream()
			.filter((event) -> (event instanceof Completion outcome) ? tasks.contains(outcome.taskId())
					: event instanceof Command && !(event instanceof ExecutionTerminated))
			.filter((event) -> !isFailureOf(behind, event))
			.toList();
		Set<Integer> neverStarted = history.stream()
			.filter((event) -> isFailureOf(behind, event) && isTaken(event))
			.map((event) -> ((Completion) event).taskId())
			.filter(tasks::contains)
			.collect(Collectors.toSet());
		return new Rewind(kept, again, neverStarted);
	}

	/**
	 * This rewind of an execution that failed before it began.
	 * @param start what starts it
	 * @return the rewind, which takes in the start first
	 */
	public Rewind startedBy(ExecutionStarted start) {
		List<HistoryEvent> all = new ArrayList<>(this.again.size() + 1);
		all.add(start);
		all.addAll(this.again);
		return new Rewind(this.kept, all, this.neverStarted);
	}

	/** Whether the next thing that happened is that the execution was rewound. */
	static boolean comesNext(Collection<HistoryEvent> events) {
		Iterator<HistoryEvent> next = events.iterator();
		return next.hasNext() && next.next() instanceof OrchestratorStarted && next.hasNext()
				&& next.next() instanceof ExecutionRewound;
	}

	/** The tasks that the exception names or else, the failure that the code met last. */
	private static Set<Integer> behindTheFailure(List<HistoryEvent> history) {
		for (int i = history.size() - 1; i >= 0; i--) {
			HistoryEvent event = history.get(i);
			if (event instanceof ExecutionFailed failed && !failed.failedTasks().isEmpty()) {
				return Set.copyOf(failed.failedTasks());
			}
			if (event instanceof Action) {
				break;
			}
			if (isFailure(event)) {
				return Set.of(((Completion) event).taskId());
			}
		}
		return Set.of();
	}

	private static int firstFailureOf(List<HistoryEvent> history, Set<Integer> tasks) {
		for (int i = 0; i < history.size(); i++) {
			if (isFailureOf(tasks, history.get(i))) {
				return i;
			}
		}
		return history.size();
	}

	/**
	 * Where the code began to answer the failure, be it by an action or by waiting for
	 * something else. Further attempts of calls that were made before are no answer: they
	 * go on beside it.
	 */
	private static int firstAnswerAfter(List<HistoryEvent> history, int failure) {
		Set<Integer> before = new HashSet<>();
		int answer = failure;
		for (int i = 0; i < history.size(); i++) {
			if (history.get(i) instanceof Action action) {
				if (i < failure) {
					before.add(action.taskId());
				}
				else {
					Integer first = firstAttemptOf(action);
					if (first == null || !before.contains(first)) {
						return answer;
					}
					answer = i + 1;
				}
			}
		}
		return answer;
	}

	private static @Nullable Integer firstAttemptOf(Action action) {
		if (action instanceof TimerCreated timer) {
			return timer.retryOf();
		}
		Attempt attempt = (action instanceof TaskScheduled call) ? call.attempt()
				: (action instanceof SubOrchestrationInstanceCreated child) ? child.attempt() : null;
		return (attempt != null) ? Integer.valueOf(attempt.firstTaskId()) : null;
	}

	private static boolean isFailureOf(Set<Integer> tasks, HistoryEvent event) {
		return isFailure(event) && tasks.contains(((Completion) event).taskId());
	}

	private static boolean isTaken(HistoryEvent event) {
		return event instanceof SubOrchestrationInstanceFailed failed
				&& failed.failure().type().equals(InstanceAlreadyExistsException.class.getName());
	}

	private static boolean isFailure(HistoryEvent event) {
		return event instanceof TaskFailed || event instanceof SubOrchestrationInstanceFailed;
	}

}
