package io.durablespring.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.durablespring.ContinueAsNewOptions;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.ParentInstance;
import io.durablespring.Payload;
import io.durablespring.StartOptions;
import io.durablespring.history.HistoryEvent.EventRaised;
import io.durablespring.history.HistoryEvent.ExecutionRewound;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import org.junit.jupiter.api.Test;

import static io.durablespring.engine.Scenario.START;
import static io.durablespring.engine.Scenario.completed;
import static io.durablespring.engine.Scenario.fired;
import static io.durablespring.engine.Scenario.raised;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Executions that end to start again with other input.
 */
class ContinueAsNewTests {

	private static final ParentInstance PARENT = new ParentInstance("boss", "boss-execution", 7);

	@Test
	void theNextExecutionHasAnotherIdAnEmptyHistoryAndTheNewInput() {
		Scenario scenario = Scenario.withInput((ctx, input) -> {
			String result = ctx.callActivity("work", input, String.class).await();
			return ctx.continueAsNew(result);
		});
		scenario.start();
		StepResult result = scenario.step(completed(0, "next"));
		assertThat(result.status()).isEqualTo(InstanceStatus.RUNNING);
		assertThat(result.output()).isNull();
		assertThat(result.continuation().executionId()).isEqualTo("execution~1");
		assertThat(result.continuation().started().input()).isEqualTo(Payload.of("\"next\""));
		assertThat(result.events()).isEmpty();
		assertThat(result.messages()).isEmpty();
		assertThat(scenario.next(result).messages()).singleElement()
			.extracting("id", "executionId", "input")
			.containsExactly("execution~1:0", "execution~1", Payload.of("\"next\""));
		assertThat(scenario.step(completed(0, "last")).continuation().executionId()).isEqualTo("execution~2");
	}

	@Test
	void anExecutionMayContinueInItsVeryFirstStep() {
		StepResult result = Scenario.of((ctx) -> ctx.continueAsNew(null)).start();
		assertThat(result.continuation().started().input()).isNull();
		assertThat(result.isUnchanged()).isFalse();
	}

	@Test
	void tagsParentNameAndVersionStay() {
		StepResult result = Scenario.of((ctx) -> ctx.continueAsNew("next"))
			.step(new ExecutionStarted(START, "Orchestrator", "1.0", null, Map.of("k", "v"), PARENT));
		assertThat(result.continuation().started()).isEqualTo(new ExecutionStarted(START.plusSeconds(1), "Orchestrator",
				"1.0", Payload.of("\"next\""), Map.of("k", "v"), PARENT));
	}

	@Test
	void theVersionCanBeChanged() {
		Scenario scenario = Scenario.withInput((ctx, input) -> (input == null)
				? ctx.continueAsNew("next", ContinueAsNewOptions.defaults().version("2.0")) : ctx.info().version());
		StepResult result = scenario
			.step(new ExecutionStarted(START, "Orchestrator", "1.0", null, Map.of("k", "v"), null));
		assertThat(result.continuation().started().version()).isEqualTo("2.0");
		assertThat(scenario.next(result).output()).isEqualTo(Payload.of("\"2.0\""));
	}

	@Test
	void aParentThatWasRewoundMeanwhileIsTheOneThatStays() {
		ParentInstance rewound = new ParentInstance("boss", "boss-execution~0.1", 7);
		Scenario scenario = Scenario.of((ctx) -> ctx.continueAsNew(ctx.callActivity("a", null, String.class).await()));
		scenario.step(new ExecutionStarted(START, "Orchestrator", null, null, Map.of(), PARENT));
		scenario.step(new ExecutionRewound(START, null, rewound));
		StepResult result = scenario.step(completed(0, "x"));
		assertThat(result.continuation().started().parent()).isEqualTo(rewound);
		assertThat(result.newParent()).isEqualTo(rewound);
	}

	@Test
	void eventsThatNobodyHasWaitedForGoOnInTheOrderInWhichTheyCame() {
		Scenario scenario = collecting(ContinueAsNewOptions.defaults());
		scenario.start();
		scenario.step(raised("b", "1"), raised("a", "2"));
		scenario.step(raised("b", "3"));
		StepResult result = scenario.step(completed(0, "next"));
		assertThat(result.events()).containsExactly(raised("b", "1"), raised("a", "2"), raised("b", "3"));
		assertThat(scenario.next(result).output()).isEqualTo(Payload.of("\"next213\""));
	}

	@Test
	void eventsOfTheSameBatchGoOnBehindThoseThatCameBefore() {
		Scenario scenario = collecting(ContinueAsNewOptions.defaults());
		scenario.start();
		scenario.step(raised("b", "1"));
		StepResult result = scenario.step(raised("a", "2"), completed(0, "next"), raised("b", "3"));
		assertThat(result.events()).containsExactly(raised("b", "1"), raised("a", "2"), raised("b", "3"));
		assertThat(scenario.next(result).output()).isEqualTo(Payload.of("\"next213\""));
	}

	@Test
	void anEventOfTheSameBatchGoesOnWithoutTheStartItBrings() {
		Scenario scenario = collecting(ContinueAsNewOptions.defaults());
		scenario.start();
		StepResult result = scenario.step(completed(0, "next"),
				new EventRaised(START, "a", null, Scenario.started(), null));
		assertThat(result.events()).containsExactly(raised("a", null));
	}

	@Test
	void anEventThatWasTakenDoesNotGoOn() {
		Scenario scenario = Scenario
			.of((ctx) -> ctx.continueAsNew(ctx.waitForExternalEvent("a", String.class).await()));
		scenario.start();
		StepResult result = scenario.step(raised("a", "1"), raised("a", "2"));
		assertThat(result.continuation().started().input()).isEqualTo(Payload.of("\"1\""));
		assertThat(result.events()).containsExactly(raised("a", "2"));
		result = scenario.next(result);
		assertThat(result.continuation().started().input()).isEqualTo(Payload.of("\"2\""));
		assertThat(result.events()).isEmpty();
		assertThat(scenario.next(result).status()).isEqualTo(InstanceStatus.RUNNING);
		assertThat(scenario.step(raised("a", "3")).continuation().executionId()).isEqualTo("execution~3");
	}

	@Test
	void eventsAreDroppedOnRequest() {
		Scenario scenario = collecting(ContinueAsNewOptions.droppingEvents());
		scenario.start();
		scenario.step(raised("b", "1"));
		StepResult result = scenario.step(raised("a", "2"), completed(0, "next"), raised("b", "3"));
		assertThat(result.events()).isEmpty();
		assertThat(scenario.next(result).status()).isEqualTo(InstanceStatus.RUNNING);
	}

	@Test
	void openTimersAreRemovedAndNewOnesNeverSet() {
		Scenario scenario = Scenario.of((ctx) -> {
			ctx.createTimer(Duration.ofDays(1));
			ctx.waitForExternalEvent("a", String.class, Duration.ofDays(2));
			ctx.callActivity("a", null, String.class).await();
			ctx.createTimer(Duration.ofDays(3));
			return ctx.continueAsNew(null);
		});
		assertThat(scenario.start().timers()).hasSize(2);
		StepResult result = scenario.step(completed(2, "x"));
		assertThat(result.removedTimers()).containsExactlyInAnyOrder(0, 1);
		assertThat(result.timers()).isEmpty();
	}

	@Test
	void whatWasSentInTheLastStepIsSent() {
		StepResult result = Scenario.of((ctx) -> {
			ctx.callActivity("forget", null, Void.class);
			ctx.sendEvent("other", "go", null);
			ctx.startOrchestrator("other", null, StartOptions.defaults());
			return ctx.continueAsNew(null);
		}).start();
		assertThat(result.messages()).hasSize(2);
		assertThat(result.starts()).hasSize(1);
	}

	@Test
	void subOrchestrationsThatAreUnderWayGoOn() {
		Scenario scenario = Scenario.of((ctx) -> {
			ctx.callSubOrchestrator("child", null, String.class);
			return ctx.continueAsNew(ctx.callActivity("a", null, String.class).await());
		});
		scenario.start();
		assertThat(scenario.step(completed(1, "x")).messages()).isEmpty();
	}

	@Test
	void outcomesOfTheSameBatchAreNotTakenByTheNextExecution() {
		Scenario scenario = Scenario.of((ctx) -> {
			ctx.callActivity("a", null, String.class);
			ctx.createTimer(Duration.ofSeconds(1));
			return ctx.continueAsNew(ctx.callActivity("b", null, String.class).await());
		});
		scenario.start();
		StepResult result = scenario.step(completed(2, "x"), completed(0, "x"), fired(1));
		assertThat(result.events()).isEmpty();
		assertThat(result.removedTimers()).as("it has fired").isEmpty();
		assertThat(scenario.next(result).messages()).hasSize(2);
	}

	@Test
	void theCustomStatusStays() {
		Scenario scenario = Scenario.withInput((ctx, input) -> {
			if (input == null) {
				ctx.setCustomStatus("said before");
				return ctx.continueAsNew("next");
			}
			return "done";
		});
		StepResult result = scenario.start();
		assertThat(result.customStatus().value()).isEqualTo(Payload.of("\"said before\""));
		assertThat(scenario.next(result).customStatus()).as("leaves what is stored").isNull();
	}

	@Test
	void itNeverReturnsAndNothingAfterItIsRecorded() {
		List<String> ran = new ArrayList<>();
		Scenario scenario = Scenario.of((ctx) -> {
			try {
				ctx.continueAsNew("next");
				ran.add("behind");
				return "done";
			}
			catch (Exception ex) {
				ran.add("caught");
				return "done";
			}
			finally {
				recordsNothing(ctx, ran);
			}
		});
		StepResult result = scenario.start();
		assertThat(ran).containsOnly("unwound");
		assertThat(result.continuation().started().input()).isEqualTo(Payload.of("\"next\""));
		assertThat(result.messages()).isEmpty();
		assertThat(result.customStatus()).isNull();
	}

	private static void recordsNothing(OrchestrationContext ctx, List<String> ran) {
		List<Runnable> uses = List.of(() -> ctx.callActivity("a", null, String.class),
				() -> ctx.callSubOrchestrator("a", null, String.class), () -> ctx.createTimer(Duration.ofSeconds(1)),
				() -> ctx.waitForExternalEvent("a", String.class), () -> ctx.sendEvent("other", "a", null),
				() -> ctx.setCustomStatus("late"), () -> ctx.isPatched("p"), () -> ctx.continueAsNew("again"),
				() -> ctx.startOrchestrator("a", null, StartOptions.defaults()), ctx::newUuid, ctx::now, ctx::info,
				() -> ctx.allOf(List.of()));
		for (Runnable use : uses) {
			try {
				use.run();
				ran.add("went on");
			}
			catch (Unwound ex) {
				ran.add("unwound");
			}
		}
		assertThat(ctx.isReplaying()).as("so that logging is silent").isTrue();
	}

	@Test
	void codeThatSwallowsTheSignalContinuesAllTheSame() {
		Scenario scenario = Scenario.of((ctx) -> {
			try {
				return ctx.continueAsNew("next");
			}
			catch (Throwable ex) {
				return "swallowed";
			}
		});
		assertThat(scenario.start().continuation()).isNotNull();
		Scenario throwing = Scenario.of((ctx) -> {
			try {
				return ctx.continueAsNew("next");
			}
			finally {
				throwBroken();
			}
		});
		assertThat(throwing.start().continuation()).isNotNull();
	}

	private static void throwBroken() {
		throw new IllegalStateException("broken finally");
	}

	@Test
	void anInputThatCannotBeSerialisedIsAnErrorAtTheCall() {
		StepResult result = Scenario.of((ctx) -> ctx.continueAsNew(new Object())).start();
		assertThat(result.status()).isEqualTo(InstanceStatus.FAILED);
		assertThat(result.continuation()).isNull();
	}

	@Test
	void continuingTooEarlyIsFound() {
		Scenario scenario = Scenario.of((ctx) -> ctx.callActivity("a", null, String.class).await());
		scenario.start();
		StepResult result = scenario.deploy((ctx) -> ctx.continueAsNew(null)).step(completed(0, "x"));
		assertThat(result.status()).isEqualTo(InstanceStatus.SUSPENDED);
		assertThat(result.failure().message()).contains("TaskScheduled #0", "the code continues as new");
	}

	@Test
	void uuidsAndIdsDifferBetweenGenerations() {
		Scenario scenario = Scenario.of((ctx) -> {
			ctx.callSubOrchestrator("child", ctx.newUuid().toString(), String.class);
			return ctx.continueAsNew(null);
		});
		StepResult first = scenario.start();
		StepResult second = scenario.next(first);
		assertThat(second.starts().get(0).instanceId()).isEqualTo("execution~1:0")
			.isNotEqualTo(first.starts().get(0).instanceId());
		assertThat(second.starts().get(0).started().input()).isNotEqualTo(first.starts().get(0).started().input());
	}

	@Test
	void aThousandGenerationsLeaveNothingBehind() {
		Scenario scenario = Scenario.withInput((ctx, input) -> {
			int generation = (input != null) ? Integer.parseInt(input) : 0;
			ctx.createTimer(Duration.ofMinutes(1)).await();
			return (generation < 1_000) ? ctx.continueAsNew(String.valueOf(generation + 1)) : "done";
		});
		scenario.start();
		scenario.step(raised("kept", "1"));
		for (int i = 0; i < 1_000; i++) {
			StepResult result = scenario.step(fired(0));
			assertThat(scenario.history()).containsExactly(raised("kept", "1"));
			scenario.next(result);
		}
		assertThat(scenario.step(fired(0)).output()).isEqualTo(Payload.of("\"done\""));
		assertThat(scenario.history()).hasSizeLessThan(10);
	}

	private static Scenario collecting(ContinueAsNewOptions options) {
		return Scenario.withInput((ctx, input) -> {
			if (input == null) {
				return ctx.continueAsNew(ctx.callActivity("work", null, String.class).await(), options);
			}
			return input + wait(ctx, "a") + wait(ctx, "b") + wait(ctx, "b");
		});
	}

	private static String wait(OrchestrationContext ctx, String name) {
		return ctx.waitForExternalEvent(name, String.class).await();
	}

}
