package io.durablespring.spi;

import java.time.Instant;
import java.util.List;

import io.durablespring.history.HistoryEvent.ExecutionStarted;
import org.jspecify.annotations.Nullable;

/**
 * An instance that is to be created.
 *
 * @param id the instance id, checked
 * @param executionId the id of its first execution
 * @param started the event that starts it
 * @param startAt when it is to run; {@code null} for at once
 * @param payloads the large values that its start refers to
 */
public record NewInstance(String id, String executionId, ExecutionStarted started, @Nullable Instant startAt,
		List<StoredPayload> payloads) {

	public NewInstance {
		payloads = List.copyOf(payloads);
	}

}
