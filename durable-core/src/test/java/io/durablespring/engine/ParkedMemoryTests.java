package io.durablespring.engine;

import java.lang.ref.WeakReference;
import java.util.List;

import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An execution that waits keeps nothing that has left it.
 */
class ParkedMemoryTests {

	@Test
	void whatAStepHasSentIsForgotten() {
		try (Execution execution = Scenario.of((context) -> context.callActivity("charge", "x", String.class).await())
			.execution()) {
			WeakReference<Message> sent = firstMessage(execution);
			await().until(() -> {
				System.gc();
				return sent.get() == null;
			});
			assertThat(execution.isOpen()).isTrue();
		}
	}

	@Test
	void whatHasArrivedForAStepIsForgotten() {
		try (Execution execution = Scenario.of((context) -> {
			context.callActivity("charge", "x", String.class).await();
			return context.callActivity("ship", "x", String.class).await();
		}).execution()) {
			firstMessage(execution);
			WeakReference<HistoryEvent> arrived = secondStep(execution);
			await().until(() -> {
				System.gc();
				return arrived.get() == null;
			});
			assertThat(execution.isOpen()).isTrue();
		}
	}

	private static WeakReference<HistoryEvent> secondStep(Execution execution) {
		HistoryEvent arrived = Scenario.completed(0, "charged");
		assertThat(execution.step(Scenario.START, List.of(arrived)).messages()).hasSize(1);
		return new WeakReference<>(arrived);
	}

	private static WeakReference<Message> firstMessage(Execution execution) {
		List<Message> messages = execution.step(Scenario.START, List.of(Scenario.started())).messages();
		assertThat(messages).hasSize(1);
		return new WeakReference<>(messages.get(0));
	}

}
