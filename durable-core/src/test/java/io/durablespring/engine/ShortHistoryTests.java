package io.durablespring.engine;

import java.util.Collections;
import java.util.List;

import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.TaskCompleted;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ShortHistoryTests {

	private static final HistoryEvent SMALL = Scenario.completed(0, "done");

	private final ShortHistory history = new ShortHistory(8192);

	@Test
	void fewSmallEventsAreShort() {
		this.history.add(List.of(SMALL, SMALL, SMALL));
		assertThat(this.history.isShort()).isTrue();
		assertThat(this.history.events()).hasSize(3);
	}

	@Test
	void manyAreNot() {
		this.history.add(Collections.nCopies(40, SMALL));
		assertThat(this.history.isShort()).isFalse();
		assertThat(this.history.events()).isNull();
		assertThat(this.history.all()).as("until the code is parked").hasSize(40);
		this.history.letGo();
		assertThat(this.history.all()).isEmpty();
	}

	@Test
	void aValueThatEachReplayWouldReadIsNot() {
		TaskCompleted large = new TaskCompleted(Scenario.START, 0, Payload.of("{\"$durablePayload\":\"id\"}"));
		this.history.add(List.of(large));
		assertThat(this.history.isShort()).isFalse();
	}

}
