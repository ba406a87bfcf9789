package io.durablespring.runtime;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Method;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.durablespring.Activity;
import io.durablespring.ActivityContext;
import io.durablespring.ActivityTimeoutException;
import io.durablespring.CallOptions;
import io.durablespring.HistoryEntry;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.Orchestrator;
import io.durablespring.RetryPolicy;
import io.durablespring.StoreUnavailableException;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.TaskCompleted;
import io.durablespring.history.HistoryEvent.TaskFailed;
import io.durablespring.history.Message;
import io.durablespring.local.InMemoryStore;
import io.durablespring.local.StoredRows;
import io.durablespring.spi.OrchestrationStore;
import io.durablespring.spi.StepCommit;
import io.durablespring.spi.TransactionSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Activities that run on the node which has the instance.
 */
class LocalActivityTests {

	private static final String LARGE = "x".repeat(800);

	private final InMemoryStore memory = new InMemoryStore();

	private final FaultyStore store = new FaultyStore(this.memory);

	private final FaultyTransport transport = new FaultyTransport();

	private final List<Message> sent = Collections.synchronizedList(new ArrayList<>());

	private final Work work = new Work();

	private TestNode node;

	@BeforeEach
	void start() {
		// Takes note of what is about activities, and refuses nothing.
		this.transport.refuses = (message) -> {
			if (message instanceof Message.ToActivity || (message instanceof Message.ToOrchestration to
					&& (to.event() instanceof TaskCompleted || to.event() instanceof TaskFailed))) {
				this.sent.add(message);
			}
			return false;
		};
		this.node = TestNode.start(this.memory, this.store, this.transport, TestNode.quick(), this.work);
		this.work.context = this.node.runtime.activityContext();
	}

	@AfterEach
	void stop() {
		this.work.release.countDown();
		this.node.close();
	}

	private String run(String orchestrator, Object input) throws Exception {
		OrchestrationMetadata ended = this.node.await(this.node.client().start(orchestrator, input));
		assertThat(ended.status()).as("%s", ended.failure()).isEqualTo(InstanceStatus.COMPLETED);
		return ended.readOutputAs(String.class);
	}

	@Test
	void aLocalCallTakesNoMessageAndEachOutcomeIsStoredBeforeTheNextCall() throws Exception {
		assertThat(run("three", "local")).isEqualTo("Hi A, Hi B, Hi C");
		assertThat(this.sent).isEmpty();
		assertThat(this.node.steps).hasSize(3);
		assertThat(this.node.steps).allSatisfy((step) -> assertThat(completions(step)).isEqualTo(1));
	}

	@Test
	void withoutCheckpointsAllOutcomesAreStoredAtTheEndOfTheStep() throws Exception {
		assertThat(run("three", "in one step")).isEqualTo("Hi A, Hi B, Hi C");
		assertThat(this.sent).isEmpty();
		assertThat(this.node.steps).hasSize(1);
		assertThat(completions(this.node.steps.get(0))).isEqualTo(3);
	}

	private static long completions(StepCommit step) {
		return step.events().stream().filter(HistoryEvent.TaskCompleted.class::isInstance).count();
	}

	@Test
	void aCallThatIsNotLocalGoesByMessage() throws Exception {
		assertThat(run("three", "sent")).isEqualTo("Hi A, Hi B, Hi C");
		assertThat(this.sent).hasSize(6);
	}

	@Test
	void whatIsKeptForACrashIsRemoved() throws Exception {
		run("three", "local");
		await().untilAsserted(() -> assertThat(this.memory.oldestUnsent(Instant.MAX, Set.of())).isEmpty());
		assertThat(this.sent).isEmpty();
		assertThat(this.node.runtime.status().unacknowledgedEntries()).isZero();
	}

	@Test
	void manyAtOnceAreStoredTogether() throws Exception {
		assertThat(run("fanOut", 500)).isEqualTo(String.valueOf(500 * 499 / 2));
		assertThat(this.sent).isEmpty();
		assertThat(this.node.steps.size()).isLessThan(10);
	}

	@Test
	void aSlowCallHoldsUpNobodyAndItsOutcomeIsSent() throws Exception {
		List<String> slow = IntStream.range(0, 4).mapToObj((i) -> this.node.client().start("slow", null)).toList();
		this.work.entered.await(10, TimeUnit.SECONDS);
		assertThat(run("three", "local")).isEqualTo("Hi A, Hi B, Hi C");
		await().untilAsserted(
				() -> assertThat(slow).allSatisfy((id) -> assertThat(this.node.client().history(id)).hasSize(3)));
		this.work.release.countDown();
		for (String id : slow) {
			assertThat(this.node.await(id).readOutputAs(String.class)).isEqualTo("slow");
		}
		assertThat(this.work.runs.get("slow")).hasValue(4);
		assertThat(this.sent).hasSize(4).allSatisfy((message) -> assertThat(message.id()).endsWith(":done"));
	}

	@Test
	void largeValuesOfACallThatNobodyWaitsForGoAlsoIfItsNodeDies() {
		AtomicBoolean alive = new AtomicBoolean(true);
		this.transport.refuses = (message) -> !alive.get();
		StoredRows rows = new StoredRows(this.memory);
		String id = this.node.client().start("lettingGo", 1);
		await().until(() -> this.work.entered.getCount() == 0);
		this.node.client().raiseEvent(id, "go", null);
		await().until(() -> this.memory.find(id).orElseThrow().executionId().endsWith("~1"));
		assertThat(rows.payloads(id)).isEmpty();
		alive.set(false);
		this.work.release.countDown();
		await().until(() -> rows.payloadCount(id) == 1);
		this.node.close();
		try (TestNode heir = TestNode.start(this.memory, new Work())) {
			await().untilAsserted(() -> assertThat(rows.payloads(id)).isEmpty());
			heir.client().raiseEvent(id, "go", null);
			await().until(() -> this.memory.find(id).orElseThrow().status() == InstanceStatus.COMPLETED);
		}
	}

	@Test
	void aFailedCallIsTriedAgain() throws Exception {
		assertThat(run("retrying", null)).isEqualTo("attempt 3");
		assertThat(this.sent).isEmpty();
	}

	@Test
	void aCallThatTakesTooLongHasFailed() throws Exception {
		OrchestrationMetadata ended = this.node.await(this.node.client().start("hanging", null));
		assertThat(ended.status()).isEqualTo(InstanceStatus.FAILED);
		assertThat(ended.failure().cause().isCausedBy(ActivityTimeoutException.class)).isTrue();
		await().until(() -> this.node.runtime.status().runningActivities() == 0);
	}

	@Test
	void oneThatNobodyWaitsForLearnsOfItByItsHeartbeat() {
		String id = this.node.client().start("waiting", null);
		await().until(() -> this.node.client().get(id).orElseThrow().status() == InstanceStatus.RUNNING);
		this.node.client().terminate(id, "enough");
		await().until(() -> this.work.stopped.getCount() == 0);
	}

	@Test
	void aTransactionalCallRunsOnceAndTakesNoMessage() throws Exception {
		Method method = Work.class.getDeclaredMethod("book", String.class);
		this.node.registry.addActivity(method.getAnnotation(Booking.class).value(), Work.class, method,
				(arguments) -> this.work.book((String) arguments[0]), TransactionSettings.DEFAULTS);
		assertThat(run("booking", null)).isEqualTo("booked a, booked b");
		assertThat(this.sent).isEmpty();
		assertThat(this.work.runs.get("a")).hasValue(1);
		await().untilAsserted(() -> assertThat(this.memory.oldestUnsent(Instant.MAX, Set.of())).isEmpty());
		assertThat(this.sent).isEmpty();
	}

	@Test
	void aStepThatAnotherNodeOvertookIsSteppedAgain() throws Exception {
		AtomicInteger commits = new AtomicInteger();
		this.store.commit = (batch) -> (commits.getAndIncrement() % 2 == 0)
				? new OrchestrationStore.Unstored(
						batch.steps().stream().map((step) -> step.head().id()).collect(Collectors.toSet()), Set.of())
				: this.memory.commit(batch);
		String id = this.node.client().start("three", "local");
		assertThat(this.node.await(id).readOutputAs(String.class)).isEqualTo("Hi A, Hi B, Hi C");
		assertEachTaskHasOneOutcome(id);
	}

	@Test
	void aCommitThatFailsOrWhoseAnswerIsLostLosesNothing() throws Exception {
		AtomicInteger commits = new AtomicInteger();
		this.store.commit = (batch) -> {
			int number = commits.getAndIncrement();
			if (number % 4 == 0) {
				throw new StoreUnavailableException("down", null);
			}
			OrchestrationStore.Unstored unstored = this.memory.commit(batch);
			if (number % 4 == 2) {
				throw new StoreUnavailableException("answer lost", null);
			}
			return unstored;
		};
		List<String> ids = IntStream.range(0, 5).mapToObj((i) -> this.node.client().start("three", "local")).toList();
		for (String id : ids) {
			assertThat(this.node.await(id).readOutputAs(String.class)).isEqualTo("Hi A, Hi B, Hi C");
			assertEachTaskHasOneOutcome(id);
		}
		await().untilAsserted(() -> assertThat(this.memory.oldestUnsent(Instant.MAX, Set.of())).isEmpty());
	}

	@Test
	void anInstanceWhoseStepCannotBeStoredFailsAlone() throws Exception {
		this.store.commit = (batch) -> {
			if (batch.steps()
				.stream()
				.anyMatch((step) -> step.head().name().equals("fanOut") && step.status() != InstanceStatus.FAILED)) {
				throw new IllegalStateException("cannot be stored");
			}
			return this.memory.commit(batch);
		};
		String poison = this.node.client().start("fanOut", 3);
		assertThat(run("three", "local")).isEqualTo("Hi A, Hi B, Hi C");
		assertThat(this.node.await(poison).failure().message()).isEqualTo("cannot be stored");
	}

	private void assertEachTaskHasOneOutcome(String id) {
		List<Integer> outcomes = this.node.client()
			.history(id)
			.stream()
			.filter((entry) -> entry.type().equals(HistoryEntry.TASK_COMPLETED))
			.map(HistoryEntry::taskId)
			.toList();
		assertThat(outcomes).containsExactly(0, 1, 2);
	}

	/** Holds the annotation of an activity that a test registers by itself. */
	@Retention(RetentionPolicy.RUNTIME)
	@interface Booking {

		Activity value();

	}

	static class Work {

		private final Map<String, AtomicInteger> runs = new ConcurrentHashMap<>();

		private final CountDownLatch entered = new CountDownLatch(1);

		private final CountDownLatch release = new CountDownLatch(1);

		private final CountDownLatch stopped = new CountDownLatch(1);

		private volatile ActivityContext context;

		@Orchestrator
		String three(OrchestrationContext ctx, String how) {
			String activity = how.equals("in one step") ? "greetInOneStep" : "greet";
			OrchestrationContext calls = how.equals("sent") ? ctx.withOptions(CallOptions.defaults().local(false))
					: ctx;
			return List.of("A", "B", "C")
				.stream()
				.map((name) -> calls.callActivity(activity, name, String.class).await())
				.collect(Collectors.joining(", "));
		}

		@Orchestrator
		String fanOut(OrchestrationContext ctx, int width) {
			OrchestrationContext calls = ctx.withOptions(CallOptions.defaults().local(true));
			return String.valueOf(ctx.allOf(
					IntStream.range(0, width).mapToObj((i) -> calls.callActivity("number", i, Integer.class)).toList())
				.await()
				.stream()
				.mapToInt(Integer::intValue)
				.sum());
		}

		@Orchestrator
		String slow(OrchestrationContext ctx) {
			return ctx.callActivity("block", null, String.class).await();
		}

		@Orchestrator
		void lettingGo(OrchestrationContext ctx, int left) {
			if (left > 0) {
				ctx.callActivity("enlarge", LARGE, String.class);
			}
			ctx.waitForExternalEvent("go", Void.class).await();
			if (left > 0) {
				ctx.continueAsNew(left - 1);
			}
		}

		@Orchestrator
		String retrying(OrchestrationContext ctx) {
			return ctx.withOptions(CallOptions.retry(RetryPolicy.of(3, Duration.ofMillis(1))))
				.callActivity("third", null, String.class)
				.await();
		}

		@Orchestrator
		void hanging(OrchestrationContext ctx) {
			ctx.callActivity("hang", null, String.class).await();
		}

		@Orchestrator
		void waiting(OrchestrationContext ctx) {
			ctx.callActivity("workUntilTold", null, String.class).await();
		}

		@Orchestrator
		String booking(OrchestrationContext ctx) {
			return ctx.callActivity("book", "a", String.class).await() + ", "
					+ ctx.callActivity("book", "b", String.class).await();
		}

		@Activity(local = true)
		String greet(String name) {
			return "Hi " + name;
		}

		@Activity(local = true, checkpoint = false)
		String greetInOneStep(String name) {
			return "Hi " + name;
		}

		@Activity
		Integer number(Integer number) {
			return number;
		}

		@Activity(local = true)
		String block() throws InterruptedException {
			this.runs.computeIfAbsent("slow", (key) -> new AtomicInteger()).incrementAndGet();
			this.entered.countDown();
			this.release.await();
			return "slow";
		}

		@Activity(local = true)
		String enlarge(String value) throws InterruptedException {
			this.entered.countDown();
			this.release.await();
			return "large: " + value;
		}

		@Activity(local = true)
		String third() {
			if (this.context.attempt() < 3) {
				throw new IllegalStateException("not yet");
			}
			return "attempt " + this.context.attempt();
		}

		@Activity(local = true, startToCloseTimeout = "20ms")
		void hang() throws InterruptedException {
			this.release.await();
		}

		@Activity(local = true)
		void workUntilTold() {
			while (!this.context.isCancellationRequested()) {
				this.context.heartbeat();
				Thread.onSpinWait();
			}
			this.stopped.countDown();
		}

		@Booking(@Activity(local = true))
		String book(String what) {
			this.runs.computeIfAbsent(what, (key) -> new AtomicInteger()).incrementAndGet();
			return "booked " + what;
		}

	}

}
