package io.durablespring.runtime;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

import io.durablespring.InstanceStatus;
import io.durablespring.Payload;
import io.durablespring.history.EventWeight;
import io.durablespring.history.HistoryEvent;
import io.durablespring.spi.InstanceHead;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RestingHistoriesTests {

	private static final List<HistoryEvent> HISTORY = List
		.of(new HistoryEvent.TaskCompleted(Instant.EPOCH, 1, Payload.of("\"done\"")));

	private static final long EACH = EventWeight.of(HISTORY.get(0));

	private final RestingHistories histories = new RestingHistories(10 * EACH);

	@Test
	void whatIsTakenIsTheCallersAndGone() {
		put("a");
		RestingHistories.Resting taken = this.histories.take("a");
		assertThat(taken).isNotNull();
		assertThat(taken.events()).isEqualTo(HISTORY);
		assertThat(this.histories.take("a")).isNull();
	}

	@Test
	void thereIsOneOfAnInstanceTheLast() {
		for (int i = 0; i < 20; i++) {
			this.histories.put(head("a", i), HISTORY);
		}
		RestingHistories.Resting taken = this.histories.take("a");
		assertThat(taken).isNotNull();
		assertThat(taken.head().rowVersion()).isEqualTo(19);
	}

	@Test
	void instancesThatTakeTheirTurnsFindMostOfWhatThereIsRoomFor() {
		int found = 0;
		for (int turn = 0; turn < 100; turn++) {
			for (int instance = 0; instance < 20; instance++) {
				found += (this.histories.take("i" + instance) != null) ? 1 : 0;
				put("i" + instance);
			}
		}
		// The least recently used going first, none would be found.
		assertThat(found).isGreaterThan(100 * 10 / 2);
	}

	@Test
	void noMoreRestsThanThereIsRoomForAndTheOldestLeaveInTheEnd() {
		IntStream.range(0, 10).forEach((i) -> put("old" + i));
		IntStream.range(0, 200).forEach((i) -> put("new" + i));
		assertThat(IntStream.range(0, 10).filter((i) -> this.histories.take("old" + i) != null)).isEmpty();
		assertThat(IntStream.range(0, 200).filter((i) -> this.histories.take("new" + i) != null)).hasSize(10);
	}

	@Test
	void whatIsTakenLeavesRoom() {
		for (int i = 0; i < 100; i++) {
			put("i" + i);
			assertThat(this.histories.take("i" + i)).isNotNull();
		}
	}

	@Test
	void whatIsLargerThanAllRoomDoesNotRest() {
		List<HistoryEvent> large = List
			.of(new HistoryEvent.TaskCompleted(Instant.EPOCH, 1, Payload.of("\"" + "x".repeat(10_000) + "\"")));
		IntStream.range(0, 20).forEach((i) -> this.histories.put(head("large" + i, 0), large));
		assertThat(IntStream.range(0, 20).filter((i) -> this.histories.take("large" + i) != null)).isEmpty();
		put("a");
		assertThat(this.histories.take("a")).isNotNull();
	}

	private void put(String id) {
		this.histories.put(head(id, 0), HISTORY);
	}

	private static InstanceHead head(String id, long version) {
		return new InstanceHead(id, "order", null, InstanceStatus.RUNNING, "x", version, null);
	}

}
