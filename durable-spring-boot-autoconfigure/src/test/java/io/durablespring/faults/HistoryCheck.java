package io.durablespring.faults;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What holds for the stored history of an execution that has ended: begins once, never
 * goes back in time, each task has one outcome, the end is the end.
 */
final class HistoryCheck {

	private static final Map<String, String> OPENED_BY = Map.of("TaskCompleted", "TaskScheduled", "TaskFailed",
			"TaskScheduled", "TimerFired", "TimerCreated", "SubOrchestrationInstanceCompleted",
			"SubOrchestrationInstanceCreated", "SubOrchestrationInstanceFailed", "SubOrchestrationInstanceCreated");

	private static final List<String> ENDS = List.of("ExecutionCompleted", "ExecutionFailed", "ExecutionTerminated");

	private static final Pattern FIRE_AT = Pattern.compile("\"fireAt\"\\s*:\\s*\"([^\"]+)\"");

	private final String execution;

	private final Consumer<String> violations;

	private final Map<Integer, Event> open = new HashMap<>();

	private final Map<Integer, Event> outcomes = new HashMap<>();

	private final boolean completed;

	private int starts;

	private boolean suspended;

	private Instant turn = Instant.MIN;

	/**
	 * @param completed whether it was to complete; otherwise it was terminated, whatever
	 * it was about to do
	 */
	HistoryCheck(String execution, boolean completed, Consumer<String> violations) {
		this.execution = execution;
		this.completed = completed;
		this.violations = violations;
	}

	void check(List<Event> events) {
		for (int i = 0; i < events.size(); i++) {
			Event event = events.get(i);
			if (event.sequence() != i) {
				report("has no event %d but %s", i, event);
			}
			if (ENDS.contains(event.type()) != (i == events.size() - 1)) {
				report("%s", ENDS.contains(event.type()) ? "goes on after " + event : "stops at " + event);
			}
			take(event);
		}
		String end = this.completed ? "ExecutionCompleted" : "ExecutionTerminated";
		if (!events.get(events.size() - 1).type().equals(end)) {
			report("does not end with %s", end);
		}
		// It may be terminated before it begins.
		if (this.starts > 1 || (this.completed && this.starts == 0)) {
			report("starts %d times", this.starts);
		}
		if (this.completed) {
			this.open.values().forEach((action) -> report("has no outcome of %s", action));
		}
	}

	private void take(Event event) {
		switch (event.type()) {
			case "ExecutionStarted" -> this.starts++;
			case "OrchestratorStarted" -> {
				if (event.time().isBefore(this.turn)) {
					report("goes back in time at %s", event);
				}
				this.turn = event.time();
			}
			case "TaskScheduled", "TimerCreated", "SubOrchestrationInstanceCreated" -> {
				if (this.suspended) {
					report("goes on while it is suspended: %s", event);
				}
				if (this.open.put(event.taskId(), event) != null || this.outcomes.containsKey(event.taskId())) {
					report("begins a task twice: %s", event);
				}
			}
			case "ExecutionSuspended" -> this.suspended = true;
			case "ExecutionResumed" -> this.suspended = false;
			// It may have fired before.
			case "TimerCanceled" -> this.open.remove(event.taskId());
			default -> {
				if (OPENED_BY.containsKey(event.type())) {
					complete(event);
				}
			}
		}
	}

	private void complete(Event outcome) {
		Event action = this.open.remove(outcome.taskId());
		if (this.outcomes.put(outcome.taskId(), outcome) != null) {
			report("has two outcomes of one task: %s", outcome);
		}
		else if (action == null || !action.type().equals(OPENED_BY.get(outcome.type()))) {
			report("has an outcome of nothing: %s of %s", outcome, action);
		}
		else if (action.type().equals("TimerCreated")) {
			Matcher fireAt = FIRE_AT.matcher(action.payload());
			if (!fireAt.find() || outcome.time().isBefore(Instant.parse(fireAt.group(1)))) {
				report("fires too early: %s, %s", action, outcome);
			}
		}
	}

	private void report(String format, Object... arguments) {
		this.violations.accept("History of " + this.execution + " " + format.formatted(arguments));
	}

	/**
	 * A row.
	 */
	record Event(int sequence, String type, Instant time, Integer taskId, String payload) {
	}

}
