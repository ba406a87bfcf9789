package io.durablespring.bean;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

import io.durablespring.InstanceEndedEvent;
import io.durablespring.InstanceStatus;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.StepCommit;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Listeners that cannot keep up do not fill the memory.
 */
class InstanceEventPublisherTests {

	private final Queue<Runnable> tasks = new ArrayDeque<>();

	@Test
	void soManyBatchesArePublishedAtOnceAtMost() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Listener.class)) {
			InstanceEventPublisher publisher = new InstanceEventPublisher(context, Runnable::run, this.tasks::add,
					Duration.ZERO);
			for (int i = 0; i < InstanceEventPublisher.BATCHES + 10; i++) {
				publisher.stepsCommitted(List.of(end("i-" + i)));
			}
			assertThat(this.tasks).hasSize(InstanceEventPublisher.BATCHES);
			this.tasks.remove().run();
			publisher.stepsCommitted(List.of(end("next")));
			assertThat(this.tasks).hasSize(InstanceEventPublisher.BATCHES);
			this.tasks.forEach(Runnable::run);
			assertThat(context.getBean(Listener.class).ids).hasSize(InstanceEventPublisher.BATCHES + 1)
				.startsWith("i-0")
				.endsWith("next");
		}
	}

	private static StepCommit end(String id) {
		return new StepCommit(new InstanceHead(id, "work", null, InstanceStatus.RUNNING, "x", 1, null), Instant.EPOCH,
				new StepCommit.State(InstanceStatus.COMPLETED, true, null, null, null, null),
				StepCommit.HistoryChange.of("x", 1, List.of()), StepCommit.Outgoing.nothing(), List.of());
	}

	static class Listener {

		private final List<String> ids = new ArrayList<>();

		@EventListener
		void on(InstanceEndedEvent.Completed ended) {
			this.ids.add(ended.instanceId());
		}

	}

}
