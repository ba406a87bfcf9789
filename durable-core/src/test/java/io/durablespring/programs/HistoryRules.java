package io.durablespring.programs;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.Action;
import io.durablespring.history.HistoryEvent.Completion;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.history.HistoryEvent.OrchestratorStarted;
import io.durablespring.history.HistoryEvent.TimerCanceled;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What holds for every history, whatever has disturbed it: one outcome for each task, one
 * start, no way back in time.
 */
public final class HistoryRules {

	private HistoryRules() {
	}

	/**
	 * Checks a history.
	 * @param history the events of one execution
	 */
	public static void check(List<HistoryEvent> history) {
		Map<Integer, Action> open = new HashMap<>();
		HistoryEvent turn = null;
		int starts = 0;
		for (HistoryEvent event : history) {
			if (event instanceof Action action && action.opensTask()) {
				assertThat(open.put(action.taskId(), action)).as("%s begins once in %s", action, history).isNull();
			}
			else if (event instanceof TimerCanceled canceled) {
				// It may have fired before, while the code was suspended.
				open.remove(canceled.taskId());
			}
			else if (event instanceof Completion outcome) {
				Action action = open.remove(outcome.taskId());
				assertThat(action != null && action.isCompletedBy(outcome))
					.as("%s is the one outcome of %s in %s", outcome, action, history)
					.isTrue();
			}
			else if (event instanceof OrchestratorStarted next) {
				assertThat(turn == null || !next.timestamp().isBefore(turn.timestamp()))
					.as("time goes on in %s", history)
					.isTrue();
				turn = next;
			}
			else if (event instanceof ExecutionStarted) {
				starts++;
			}
		}
		assertThat(starts).as("starts in %s", history).isLessThanOrEqualTo(1);
	}

}
