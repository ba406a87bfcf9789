package io.durablespring.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import io.durablespring.Activity;
import io.durablespring.HistoryEntry;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.StartOptions;
import io.durablespring.StoreUnavailableException;
import io.durablespring.local.InMemoryStore;
import io.durablespring.runtime.MortalNode.Arrow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * A node dies at exactly one arrow between its store, its code and its broker, and
 * another one finishes what it has begun.
 */
class NodeDeathTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private final InMemoryStore memory = new InMemoryStore();

	private final LastingBroker broker = new LastingBroker();

	private final AtomicInteger runs = new AtomicInteger();

	@Test
	void aStartThatIsNotCommittedNeverWas() {
		MortalNode mortal = new MortalNode(this.memory, this.broker, Arrow.BEFORE_THE_START_IS_COMMITTED);
		try (TestNode node = start(mortal, mortal.new Link())) {
			assertThatExceptionOfType(StoreUnavailableException.class)
				.isThrownBy(() -> node.client().start("chain", 2, StartOptions.instanceId("a")));
		}
		assertThat(mortal.isDead()).isTrue();
		assertThat(this.memory.find("a")).isEmpty();
		assertThat(this.memory.oldestUnsent(Instant.MAX, Set.of())).isEmpty();
		assertThat(this.broker.isEmpty()).isTrue();
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = { "BEFORE_THE_START_IS_COMMITTED", "NEVER", "ELSEWHERE" })
	void anotherNodeFinishesWhatANodeLeaves(Arrow arrow) {
		MortalNode mortal = new MortalNode(this.memory, this.broker, arrow);
		MortalNode.Link link = mortal.new Link();
		try (TestNode node = start(mortal, link)) {
			node.client().start("chain", 2, StartOptions.instanceId("a"));
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
			assertThat(node.client().get("a").orElseThrow().readOutputAs(Integer.class)).isEqualTo(12);
			List<Integer> outcomes = new ArrayList<>();
			for (HistoryEntry entry : node.client().history("a")) {
				if (entry.type().equals("TaskCompleted")) {
					outcomes.add(entry.taskId());
				}
			}
			assertThat(outcomes).containsExactly(0, 1);
		}
		// A call may be delivered twice, be it that nobody knows whether it was.
		assertThat(this.runs.get()).isBetween(2, 3);
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

	/** One call after the other, each five more than the last one. */
	static final class Chain {

		private final AtomicInteger runs;

		private final MortalNode node;

		Chain(AtomicInteger runs, MortalNode node) {
			this.runs = runs;
			this.node = node;
		}

		@Orchestrator
		int chain(OrchestrationContext ctx, int first) {
			int second = ctx.callActivity(Chain::increase, first).await();
			return ctx.callActivity(Chain::increase, second).await();
		}

		@Activity
		Integer increase(Integer number) {
			this.runs.incrementAndGet();
			this.node.at(Arrow.INSIDE_AN_ACTIVITY);
			return number + 5;
		}

	}

}
