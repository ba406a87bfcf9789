package io.durablespring.engine;

import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.durablespring.DurableTimer;
import io.durablespring.FailureDetails;
import io.durablespring.InstanceStatus;
import io.durablespring.StartOptions;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.Completion;
import io.durablespring.history.HistoryEvent.ExecutionCompleted;
import io.durablespring.history.HistoryEvent.ExecutionFailed;
import io.durablespring.history.HistoryEvent.ExecutionResumed;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.history.HistoryEvent.ExecutionSuspended;
import io.durablespring.history.HistoryEvent.ExecutionTerminated;
import io.durablespring.history.HistoryEvent.OrchestratorStarted;
import io.durablespring.history.HistoryEvent.SubOrchestrationInstanceCreated;
import io.durablespring.history.HistoryEvent.SubOrchestrationInstanceCompleted;
import io.durablespring.history.HistoryEvent.SubOrchestrationInstanceFailed;
import io.durablespring.history.HistoryEvent.OrchestrationStartRequested;
import io.durablespring.history.HistoryEvent.EventSent;
import io.durablespring.history.HistoryEvent.EventRaised;
import io.durablespring.history.HistoryEvent.PatchMarked;
import io.durablespring.history.HistoryEvent.ExecutionRewound;
import io.durablespring.history.HistoryEvent.TaskCompleted;
import io.durablespring.history.HistoryEvent.TaskFailed;
import io.durablespring.history.HistoryEvent.TaskScheduled;
import io.durablespring.history.HistoryEvent.TimerCanceled;
import io.durablespring.history.HistoryEvent.TimerCreated;
import io.durablespring.history.HistoryEvent.TimerFired;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static io.durablespring.engine.Scenario.START;
import static io.durablespring.engine.Scenario.completed;
import static io.durablespring.engine.Scenario.failed;
import static io.durablespring.engine.Scenario.fired;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * No kind of event is forgotten: each has a scenario here, which {@link Scenario} runs on
 * a parked execution and by full replay. Walks the sealed types, so that a new record
 * without one fails.
 */
class EveryEventTests {

	private static final Map<Class<? extends HistoryEvent>, Story> STORIES = Map.ofEntries(
			Map.entry(OrchestratorStarted.class, new Story(InstanceStatus.RUNNING, EveryEventTests::called)),
			Map.entry(ExecutionStarted.class, new Story(InstanceStatus.RUNNING, EveryEventTests::called)),
			Map.entry(TaskScheduled.class, new Story(InstanceStatus.RUNNING, EveryEventTests::called)),
			Map.entry(TaskCompleted.class,
					new Story(InstanceStatus.COMPLETED, () -> then(called(), completed(0, "done")))),
			Map.entry(TaskFailed.class, new Story(InstanceStatus.FAILED, () -> then(called(), failed(0, "broken")))),
			Map.entry(TimerCreated.class, new Story(InstanceStatus.RUNNING, EveryEventTests::slept)),
			Map.entry(TimerFired.class, new Story(InstanceStatus.COMPLETED, () -> then(slept(), fired(0)))),
			Map.entry(TimerCanceled.class, new Story(InstanceStatus.RUNNING, EveryEventTests::cancelled)),
			Map.entry(ExecutionCompleted.class,
					new Story(InstanceStatus.COMPLETED, () -> started(Scenario.of((ctx) -> "done")))),
			Map.entry(ExecutionFailed.class, new Story(InstanceStatus.FAILED, () -> started(Scenario.of((ctx) -> {
				throw new IllegalStateException("broken");
			})))),
			Map.entry(ExecutionTerminated.class,
					new Story(InstanceStatus.TERMINATED,
							() -> then(called(), new ExecutionTerminated(START, null, true)))),
			Map.entry(ExecutionSuspended.class,
					new Story(InstanceStatus.SUSPENDED,
							() -> then(called(), new ExecutionSuspended(START, null, null)))),
			Map.entry(ExecutionResumed.class,
					new Story(InstanceStatus.RUNNING,
							() -> then(then(called(), new ExecutionSuspended(START, null, null)),
									new ExecutionResumed(START, null)))),
			Map.entry(SubOrchestrationInstanceCreated.class,
					new Story(InstanceStatus.RUNNING, EveryEventTests::delegated)),
			Map.entry(SubOrchestrationInstanceCompleted.class,
					new Story(InstanceStatus.COMPLETED,
							() -> then(delegated(), new SubOrchestrationInstanceCompleted(START, 0, null)))),
			Map.entry(SubOrchestrationInstanceFailed.class,
					new Story(InstanceStatus.FAILED,
							() -> then(delegated(),
									new SubOrchestrationInstanceFailed(START, 0, FailureDetails.of("Broken", "no"))))),
			Map.entry(OrchestrationStartRequested.class,
					new Story(InstanceStatus.COMPLETED, () -> started(Scenario
						.of((ctx) -> ctx.startOrchestrator("other", null, StartOptions.instanceId("other-1")))))),
			Map.entry(EventSent.class, new Story(InstanceStatus.COMPLETED, () -> started(Scenario.of((ctx) -> {
				ctx.sendEvent("other-1", "go", null);
				return "sent";
			})))),
			Map.entry(EventRaised.class, new Story(InstanceStatus.COMPLETED,
					() -> then(started(Scenario.of((ctx) -> ctx.waitForExternalEvent("go", String.class).await())),
							Scenario.raised("go", "now")))),
			Map.entry(PatchMarked.class,
					new Story(InstanceStatus.COMPLETED,
							() -> started(Scenario.of((ctx) -> ctx.isPatched("p") ? "new" : "old")))),
			Map.entry(ExecutionRewound.class, new Story(InstanceStatus.RUNNING, EveryEventTests::rewound)));

	@ParameterizedTest
	@MethodSource("eventTypes")
	void theEngineTakesIn(Class<? extends HistoryEvent> type) {
		assertThat(STORIES).as("a scenario whose history has a %s", type.getSimpleName()).containsKey(type);
		Story story = STORIES.get(type);
		Told told = story.tell().get();
		assertThat(told.status()).isEqualTo(story.ending());
		assertThat(told.scenario().history()).hasAtLeastOneElementOfType(type);
	}

	@ParameterizedTest
	@MethodSource("completionTypes")
	void aTaskIsDoneOnceBy(Class<? extends HistoryEvent> type) {
		TaskLedger ledger = new TaskLedger();
		Completion completion = (Completion) STORIES.get(type)
			.tell()
			.get()
			.scenario()
			.history()
			.stream()
			.filter(type::isInstance)
			.findFirst()
			.orElseThrow();
		assertThat(ledger.accept(completion)).as("for a task that nobody started").isFalse();
		ledger.fold(actionOf(completion));
		assertThat(ledger.accept(completion)).as("the first time").isTrue();
		assertThat(ledger.accept(completion)).as("the second time").isFalse();
	}

	static Stream<Class<?>> eventTypes() {
		return leaves(HistoryEvent.class).distinct();
	}

	static Stream<Class<?>> completionTypes() {
		return leaves(Completion.class);
	}

	private static Stream<Class<?>> leaves(Class<?> type) {
		return type.isSealed() ? Stream.of(type.getPermittedSubclasses()).flatMap(EveryEventTests::leaves)
				: Stream.of(type);
	}

	private static Told called() {
		return started(Scenario.of((ctx) -> ctx.callActivity("a", null, String.class).await()));
	}

	private static Told delegated() {
		return started(Scenario.of((ctx) -> ctx.callSubOrchestrator("child", null, String.class).await()));
	}

	private static Told rewound() {
		Told failed = then(called(), failed(0, "broken"));
		return new Told(failed.scenario(), failed.scenario().rewind(new ExecutionRewound(START, null, null)).status());
	}

	private static HistoryEvent actionOf(Completion completion) {
		return Stream
			.of(new TaskScheduled(START, 0, "any", null, null, null), new TimerCreated(START, 0, START, null),
					new SubOrchestrationInstanceCreated(START, 0, "child-1", "any", null, null, null))
			.filter((action) -> action.isCompletedBy(completion))
			.findFirst()
			.orElseThrow();
	}

	private static Told slept() {
		return started(Scenario.of((ctx) -> ctx.createTimer(START.plusSeconds(60)).await()));
	}

	private static Told cancelled() {
		return started(Scenario.of((ctx) -> {
			DurableTimer timer = ctx.createTimer(START.plusSeconds(60));
			timer.cancel();
			return ctx.callActivity("a", null, String.class).await();
		}));
	}

	private static Told started(Scenario scenario) {
		return new Told(scenario, scenario.start().status());
	}

	private static Told then(Told before, HistoryEvent event) {
		return new Told(before.scenario(), before.scenario().step(event).status());
	}

	/** How a kind of event gets into a history, and what becomes of the instance. */
	private record Story(InstanceStatus ending, Supplier<Told> tell) {
	}

	private record Told(Scenario scenario, InstanceStatus status) {
	}

}
