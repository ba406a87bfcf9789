package io.durablespring.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.durablespring.Activity;
import io.durablespring.HistoryEntry;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.StartOptions;
import io.durablespring.local.InMemoryStore;
import io.durablespring.runtime.MortalNode.Arrow;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A node dies between the steps of an instance whose activities it runs itself, and
 * another one finishes what it has begun.
 */
class LocalNodeDeathTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private static final int LENGTH = 4;

	private final InMemoryStore memory = new InMemoryStore();

	private final LastingBroker broker = new LastingBroker();

	private final AtomicInteger runs = new AtomicInteger();

	static Stream<Arguments> deaths() {
		return Stream
			.of(Arrow.BEFORE_THE_STEP_IS_COMMITTED, Arrow.AFTER_THE_STEP_IS_COMMITTED, Arrow.INSIDE_AN_ACTIVITY)
			.flatMap((arrow) -> IntStream.rangeClosed(1, LENGTH)
				.boxed()
				.flatMap((time) -> Stream.of("chain", "chainInOneStep")
					.filter((name) -> name.equals("chain") || time == 1 || arrow == Arrow.INSIDE_AN_ACTIVITY)
					.map((name) -> Arguments.of(arrow, time, name))));
	}

	@ParameterizedTest
	@MethodSource("deaths")
	void anotherNodeFinishesWhatANodeLeaves(Arrow arrow, int time, String name) {
		MortalNode mortal = new MortalNode(this.memory, this.broker, arrow, time);
		MortalNode.Link link = mortal.new Link();
		try (TestNode node = start(mortal, link)) {
			node.client().start(name, 0, StartOptions.instanceId("a"));
			await().atMost(PATIENCE).until(() -> {
				deliver(link);
				return mortal.isDead();
			});
		}
		this.broker.rebalance();
		MortalNode heir = new MortalNode(this.memory, this.broker, Arrow.NEVER);
		MortalNode.Link other = heir.new Link();
		try (TestNode node = start(heir, other)) {
			await().atMost(PATIENCE).until(() -> {
				deliver(other);
				return this.broker.isEmpty() && this.memory.find("a").orElseThrow().status().isFinished()
						&& this.memory.oldestUnsent(Instant.MAX, Set.of()).isEmpty();
			});
			assertThat(node.client().get("a").orElseThrow().readOutputAs(Integer.class)).isEqualTo(5 * LENGTH);
			List<Integer> outcomes = node.client()
				.history("a")
				.stream()
				.filter((entry) -> entry.type().equals(HistoryEntry.TASK_COMPLETED))
				.map(HistoryEntry::taskId)
				.toList();
			assertThat(outcomes).containsExactlyElementsOf(IntStream.range(0, LENGTH).boxed().toList());
		}
		// With checkpoints, what runs again is what was not stored: one call.
		assertThat(this.runs.get()).isBetween(LENGTH, name.equals("chain") ? LENGTH + 1 : 2 * LENGTH);
	}

	private TestNode start(MortalNode mortal, MortalNode.Link link) {
		return TestNode.start(this.memory, mortal.new Store(), mortal.new Entries(), link, TestNode.quick(),
				new Chain(this.runs, mortal));
	}

	private void deliver(MortalNode.Link link) {
		try {
			this.broker.deliver(link.receiver());
		}
		catch (RuntimeException ex) {
			// Not acknowledged: they are delivered again.
		}
	}

	static final class Chain {

		private final AtomicInteger runs;

		private final MortalNode node;

		Chain(AtomicInteger runs, MortalNode node) {
			this.runs = runs;
			this.node = node;
		}

		@Orchestrator
		int chain(OrchestrationContext ctx, int first) {
			return chain(ctx, first, "increase");
		}

		@Orchestrator
		int chainInOneStep(OrchestrationContext ctx, int first) {
			return chain(ctx, first, "increaseInOneStep");
		}

		private static int chain(OrchestrationContext ctx, int first, String activity) {
			int number = first;
			for (int i = 0; i < LENGTH; i++) {
				number = ctx.callActivity(activity, number, Integer.class).await();
			}
			return number;
		}

		@Activity(local = true)
		Integer increase(Integer number) {
			this.runs.incrementAndGet();
			this.node.at(Arrow.INSIDE_AN_ACTIVITY);
			return number + 5;
		}

		@Activity(local = true, checkpoint = false)
		Integer increaseInOneStep(Integer number) {
			return increase(number);
		}

	}

}
