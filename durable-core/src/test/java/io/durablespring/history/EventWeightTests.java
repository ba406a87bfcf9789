package io.durablespring.history;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.durablespring.FailureDetails;
import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent.EventRaised;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.history.HistoryEvent.ExecutionTerminated;
import io.durablespring.history.HistoryEvent.TaskCompleted;
import io.durablespring.history.HistoryEvent.TaskFailed;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import static org.assertj.core.api.Assertions.assertThat;

class EventWeightTests {

	private static final Instant NOW = Instant.EPOCH;

	private static final String TEXT = "x".repeat(3000);

	private static final FailureDetails FAILURE = FailureDetails.of("Broken", TEXT);

	static final Iterable<HistoryEvent> LARGE = List.of(new TaskCompleted(NOW, 1, Payload.of(TEXT)),
			new TaskCompleted(NOW, 1, Payload.reference("id", TEXT)), new TaskFailed(NOW, 1, FAILURE),
			new TaskFailed(NOW, 1, new FailureDetails("a", null, TEXT, true, null, Map.of())),
			new TaskFailed(NOW, 1, new FailureDetails("a", null, null, true, FAILURE, Map.of())),
			new TaskFailed(NOW, 1, new FailureDetails("a", null, null, true, null, Map.of("a", TEXT))),
			new ExecutionStarted(NOW, "o", null, Payload.of(TEXT), Map.of(), null), tagged(),
			new EventRaised(NOW, "e", null, tagged(), null), new ExecutionTerminated(NOW, TEXT, false));

	private static ExecutionStarted tagged() {
		return new ExecutionStarted(NOW, "o", null, null, Map.of("tag", TEXT), null);
	}

	@ParameterizedTest
	@FieldSource("LARGE")
	void whateverIsLargeInAnEventCounts(HistoryEvent event) {
		assertThat(EventWeight.of(event)).isBetween(3000L, 4000L);
	}

}
