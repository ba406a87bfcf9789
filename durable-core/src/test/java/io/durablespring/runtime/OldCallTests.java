package io.durablespring.runtime;

import java.time.Instant;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import io.durablespring.Activity;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.StartOptions;
import io.durablespring.history.Message;
import io.durablespring.local.InMemoryStore;
import io.durablespring.spi.InstanceHead;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Whether a call that has waited for long is still wanted, the instance alone says. To
 * read its history for each of thousands of calls would take most of the time.
 */
class OldCallTests {

	private final InMemoryStore memory = new InMemoryStore();

	private final AtomicInteger looks = new AtomicInteger();

	private final Work work = new Work();

	@Test
	void historyIsReadForThoseOnlyThatMayHaveBeenDeliveredBefore() {
		FaultyStore store = new FaultyStore(this.memory) {

			@Override
			public Set<String> settled(Collection<Message.ToActivity> calls) {
				OldCallTests.this.looks.incrementAndGet();
				return super.settled(calls);
			}

		};
		SharedBroker.Link link = new SharedBroker().link();
		try (TestNode node = TestNode.start(this.memory, store, link, TestNode.quick(), this.work)) {
			node.client().start("waiting", null, StartOptions.instanceId("a"));
			InstanceHead head = this.memory.load(Set.of("a")).get(0);
			link.call(call(head.executionId(), 1), false, Instant.now().minusSeconds(60));
			await().until(() -> this.work.runs.get() == 1);
			assertThat(this.looks).hasValue(0);
			link.call(call(head.executionId(), 2), true, Instant.now());
			await().until(() -> this.work.runs.get() == 2);
			assertThat(this.looks).hasValue(1);
			link.call(call("another", 3), false, Instant.now().minusSeconds(60));
			await().until(() -> node.dropped.contains("settled-call"));
			assertThat(this.work.runs).hasValue(2);
			assertThat(this.looks).hasValue(1);
		}
	}

	private static Message.ToActivity call(String executionId, int taskId) {
		return new Message.ToActivity(executionId + ":" + taskId, "a", executionId, taskId, "count", null, null);
	}

	static class Work {

		private final AtomicInteger runs = new AtomicInteger();

		@Orchestrator
		void waiting(OrchestrationContext context) {
			context.waitForExternalEvent("go", Void.class).await();
		}

		@Activity
		void count() {
			this.runs.incrementAndGet();
		}

	}

}
