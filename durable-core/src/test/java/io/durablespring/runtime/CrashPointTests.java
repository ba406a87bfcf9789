package io.durablespring.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.durablespring.Activity;
import io.durablespring.HistoryEntry;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.Orchestrator;
import io.durablespring.StartOptions;
import io.durablespring.StoreUnavailableException;
import io.durablespring.history.HistoryEvent.TimerFired;
import io.durablespring.history.Message;
import io.durablespring.local.InMemoryStore;
import io.durablespring.spi.OrchestrationStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The invariants, tried at the arrows between store, worker and transport. Each test
 * fails one of them and asks for the result of an undisturbed run.
 */
class CrashPointTests {

	private final InMemoryStore memory = new InMemoryStore();

	private final FaultyStore store = new FaultyStore(this.memory);

	private final FaultyTransport transport = new FaultyTransport();

	private final Sums sums = new Sums();

	private TestNode node;

	private TestNode startNode() {
		this.node = TestNode.start(this.memory, this.store, this.transport, TestNode.quick(), this.sums);
		return this.node;
	}

	@AfterEach
	void stopNode() {
		if (this.node != null) {
			this.node.close();
		}
	}

	@Test
	void aStartWhoseNodeDiesBeforeSendingIsSentByAnotherNode() throws Exception {
		this.transport.refuses = (message) -> true;
		String id = startNode().client().start("sum", 3);
		// From here on only what is stored counts: the first node sends nothing.
		try (TestNode other = TestNode.start(this.memory, this.sums)) {
			this.node.close();
			assertSummed(other.await(id), 3);
		}
	}

	@Test
	void aCommitThatFailsIsSteppedAgain() throws Exception {
		AtomicInteger failures = new AtomicInteger();
		this.store.commit = (batch) -> {
			if (failures.getAndIncrement() < 3) {
				throw new StoreUnavailableException("down", null);
			}
			return this.memory.commit(batch);
		};
		assertSummed(startNode().await(this.node.client().start("sum", 5)), 5);
		assertThat(failures).hasValueGreaterThan(3);
	}

	@Test
	void aCommitWhoseAnswerIsLostIsNotStoredTwice() throws Exception {
		AtomicInteger commits = new AtomicInteger();
		this.store.commit = (batch) -> {
			OrchestrationStore.Unstored lost = this.memory.commit(batch);
			if (commits.getAndIncrement() % 2 == 0) {
				throw new StoreUnavailableException("answer lost", null);
			}
			return lost;
		};
		String id = startNode().client().start("sum", 5);
		assertSummed(this.node.await(id), 5);
		assertEachTaskHasOneOutcome(id);
	}

	@Test
	void aStepThatAnotherNodeOvertookIsSteppedAgainFromWhatIsStored() throws Exception {
		AtomicInteger lost = new AtomicInteger();
		this.store.commit = (batch) -> {
			if (lost.getAndIncrement() % 3 == 0) {
				return new OrchestrationStore.Unstored(
						batch.steps().stream().map((step) -> step.head().id()).collect(Collectors.toSet()), Set.of());
			}
			return this.memory.commit(batch);
		};
		String id = startNode().client().start("sum", 5);
		assertSummed(this.node.await(id), 5);
		assertEachTaskHasOneOutcome(id);
	}

	@Test
	void twoNodesThatBelieveTheyOwnAnInstanceLeaveOneHistory() throws Exception {
		startNode();
		this.transport.duplicating = true;
		try (TestNode other = TestNode.start(this.memory, this.sums)) {
			List<String> ids = IntStream.range(0, 20).mapToObj((i) -> this.node.client().start("sum", 4)).toList();
			for (String id : ids) {
				assertSummed(other.await(id), 4);
				assertEachTaskHasOneOutcome(id);
			}
		}
	}

	@Test
	void messagesThatCannotBeSentAreSentLater() throws Exception {
		AtomicInteger refusals = new AtomicInteger();
		this.transport.refuses = (message) -> message instanceof Message.ToActivity && refusals.getAndIncrement() < 2;
		assertSummed(startNode().await(this.node.client().start("sum", 2)), 2);
		assertThat(refusals).hasValueGreaterThan(2);
	}

	@Test
	void anOutcomeThatCannotBeSentIsSentLaterWithoutRunningTheActivityAgain() throws Exception {
		AtomicInteger refusals = new AtomicInteger();
		this.transport.refuses = (message) -> message instanceof Message.ToOrchestration
				&& message.id().endsWith(":done") && refusals.getAndIncrement() < 1;
		assertSummed(startNode().await(this.node.client().start("sum", 1)), 1);
		assertThat(this.sums.runs).containsValue(1);
	}

	@Test
	void messagesThatArriveTwiceAndOutOfOrderNeverShowInHistory() throws Exception {
		this.transport.duplicating = true;
		List<String> ids = IntStream.range(0, 20).mapToObj((i) -> startedOn(i)).toList();
		for (String id : ids) {
			assertSummed(this.node.await(id), 5);
			assertEachTaskHasOneOutcome(id);
		}
	}

	private String startedOn(int number) {
		if (number == 0) {
			startNode();
		}
		return this.node.client().start("sum", 5);
	}

	@Test
	void anInstanceWhoseStepCannotBeStoredFailsAloneAndItsNeighboursGoOn() throws Exception {
		this.store.commit = (batch) -> {
			if (batch.steps()
				.stream()
				.anyMatch((step) -> step.head().id().equals("poison") && step.status() != InstanceStatus.FAILED)) {
				throw new IllegalStateException("cannot be stored");
			}
			return this.memory.commit(batch);
		};
		startNode();
		List<String> ids = IntStream.range(0, 20).mapToObj((i) -> this.node.client().start("sum", 2)).toList();
		this.node.client().start("sum", 2, StartOptions.instanceId("poison"));
		for (String id : ids) {
			assertSummed(this.node.await(id), 2);
		}
		OrchestrationMetadata poisoned = this.node.await("poison");
		assertThat(poisoned.status()).isEqualTo(InstanceStatus.FAILED);
		assertThat(poisoned.failure().message()).isEqualTo("cannot be stored");
	}

	@Test
	void aCallWhoseOutcomeIsRecordedIsNotRunWhenItIsDeliveredAgain() throws Exception {
		String id = startNode().client().start("sum", 3);
		assertSummed(this.node.await(id), 3);
		OrchestrationMetadata finished = this.node.client().get(id).orElseThrow();
		Message again = new Message.ToActivity(finished.executionId() + ":0", id, finished.executionId(), 0, "square",
				null, finished.input());
		this.transport.send(List.of(again), true);
		await().atMost(Duration.ofSeconds(10)).until(() -> this.node.dropped.contains("settled-call"));
		assertThat(this.sums.runs).containsOnlyKeys(id + 0, id + 1, id + 2).containsValues(1);
	}

	@Test
	void messagesForUnknownFinishedAndEarlierExecutionsAreDroppedVisibly() throws Exception {
		String id = startNode().client().start("sum", 1);
		this.node.await(id);
		send("nobody", "x");
		send(id, "x");
		String running = this.node.client().start("wait", null);
		send(running, "an-earlier-execution");
		await().atMost(Duration.ofSeconds(10))
			.untilAsserted(() -> assertThat(this.node.dropped).contains("unknown-instance", "finished-instance",
					"earlier-execution"));
		assertThat(this.node.client().get(running).orElseThrow().status().isFinished()).isFalse();
	}

	private void send(String instanceId, String executionId) {
		this.transport.send(
				List.of(Message.ToOrchestration.completion(instanceId, executionId, new TimerFired(Instant.now(), 0))),
				false);
	}

	private void assertSummed(OrchestrationMetadata finished, int width) {
		assertThat(finished.status()).as("%s", finished.failure()).isEqualTo(InstanceStatus.COMPLETED);
		assertThat(finished.readOutputAs(Integer.class))
			.isEqualTo(IntStream.range(0, width).map((i) -> i * i).sum() + 1);
	}

	private void assertEachTaskHasOneOutcome(String id) {
		Set<Integer> done = new HashSet<>();
		for (HistoryEntry entry : this.node.client().history(id)) {
			if (entry.type().equals("TaskCompleted") || entry.type().equals("TimerFired")) {
				assertThat(done.add(entry.taskId())).as("outcome of #%d", entry.taskId()).isTrue();
			}
		}
		assertThat(done).isNotEmpty();
	}

	/** Squares in parallel, a timer, and one more in sequence. */
	static class Sums {

		final Map<String, Integer> runs = new ConcurrentHashMap<>();

		@Orchestrator
		int sum(OrchestrationContext ctx, int width) {
			int sum = ctx
				.allOf(IntStream.range(0, width)
					.mapToObj((i) -> ctx.callActivity(Sums::square, ctx.instanceId() + i))
					.toList())
				.await()
				.stream()
				.mapToInt(Integer::intValue)
				.sum();
			ctx.createTimer(Duration.ofMillis(5)).await();
			return sum + ctx.callActivity(Sums::one).await();
		}

		@Orchestrator
		void wait(OrchestrationContext ctx) {
			ctx.createTimer(Duration.ofHours(1)).await();
		}

		@Activity
		Integer square(String name) {
			this.runs.merge(name, 1, Integer::sum);
			int number = Integer.parseInt(name.substring(name.length() - 1));
			return number * number;
		}

		@Activity
		Integer one() {
			return 1;
		}

	}

}
