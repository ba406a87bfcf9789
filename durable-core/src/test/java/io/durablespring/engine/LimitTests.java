package io.durablespring.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;

import io.durablespring.ActionLimitExceededException;
import io.durablespring.CallOptions;
import io.durablespring.CancelableTask;
import io.durablespring.DurableTimer;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.Payload;
import io.durablespring.RetryPolicy;
import io.durablespring.StartOptions;
import io.durablespring.Task;
import io.durablespring.history.HistoryEvent;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static io.durablespring.engine.RewindTests.call;
import static io.durablespring.engine.Scenario.completed;
import static io.durablespring.engine.Scenario.failed;
import static io.durablespring.engine.Scenario.fired;
import static io.durablespring.engine.Scenario.raised;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What keeps orchestrators within bounds.
 */
class LimitTests {

	private static final String TOO_MUCH = ActionLimitExceededException.class.getName();

	@Test
	void anExecutionThatDoesTooMuchFailsAndSaysWhy() {
		Scenario scenario = Scenario.of((ctx) -> {
			for (int i = 0; i < 11; i++) {
				ctx.callActivity("a", i, String.class);
			}
			return "done";
		}).maxActions(10);
		StepResult result = scenario.start();
		assertThat(result.status()).isEqualTo(InstanceStatus.FAILED);
		assertThat(result.failure().type()).isEqualTo(ActionLimitExceededException.class.getName());
		assertThat(result.failure().message()).contains("(10)", "continueAsNew", "durable.orchestrations.max-actions");
	}

	@Test
	void anExecutionThatDoesTooMuchFailsEvenIfTheCodeGoesOn() {
		Scenario scenario = Scenario.of((ctx) -> {
			try {
				ctx.callActivity("a", 1, String.class);
				ctx.callActivity("a", 2, String.class);
			}
			catch (ActionLimitExceededException ex) {
				return "never mind";
			}
			return "done";
		}).maxActions(1);
		assertThat(scenario.start().status()).isEqualTo(InstanceStatus.FAILED);
	}

	@Test
	void fiftyThousandTasksAreAwaitedAtOnce() {
		Scenario scenario = Scenario.of((ctx) -> {
			List<Task<Integer>> tasks = IntStream.range(0, 50_000)
				.mapToObj((i) -> ctx.callActivity("a", i, Integer.class))
				.toList();
			return ctx.allOf(tasks).await().stream().mapToInt(Integer::intValue).max().orElseThrow();
		});
		assertThat(scenario.start().messages()).hasSize(50_000);
		List<HistoryEvent> outcomes = new ArrayList<>();
		IntStream.range(0, 50_000).forEach((i) -> outcomes.add(completed(i, i)));
		StepResult result = scenario.step(outcomes.toArray(HistoryEvent[]::new));
		assertThat(result.output().json()).isEqualTo("49999");
	}

	@Test
	void aMappingMustNotWait() {
		Scenario scenario = Scenario.of((ctx) -> {
			Task<String> other = ctx.callActivity("b", null, String.class);
			return ctx.callActivity("a", null, String.class).thenApply((value) -> value + other.await()).await();
		});
		scenario.start();
		StepResult result = scenario.step(completed(1, "x"));
		assertThat(result.status()).isEqualTo(InstanceStatus.FAILED);
		assertThat(result.failure().message()).contains("must not wait");
	}

	@Test
	void anExecutionMayDoAsMuchAsTheLimitSays() {
		Scenario scenario = Scenario.of((ctx) -> call(ctx, "a").await() + call(ctx, "b").await()).maxActions(2);
		scenario.start();
		scenario.step(completed(0, "x"));
		assertThat(scenario.step(completed(1, "y")).output()).isEqualTo(Payload.of("\"xy\""));
	}

	@Test
	void everyKindOfActionCounts() {
		List<Function<OrchestrationContext, Object>> actions = List.of((ctx) -> call(ctx, "a"),
				(ctx) -> ctx.callSubOrchestrator("a", null, String.class),
				(ctx) -> ctx.startOrchestrator("a", null, StartOptions.defaults()),
				(ctx) -> ctx.createTimer(Duration.ofSeconds(1)), (ctx) -> ctx.isPatched("p"), (ctx) -> {
					ctx.sendEvent("other", "go", null);
					return "";
				}, (ctx) -> ctx.waitForExternalEvent("x", String.class, Duration.ofSeconds(1)));
		for (Function<OrchestrationContext, Object> action : actions) {
			StepResult result = Scenario.of((ctx) -> {
				call(ctx, "first");
				return action.apply(ctx).toString();
			}).maxActions(1).start();
			assertThat(result.failure().type()).isEqualTo(TOO_MUCH);
		}
	}

	@Test
	void aPatchCountsOnReplayAsWell() {
		Scenario scenario = Scenario.of((ctx) -> {
			ctx.isPatched("p");
			return call(ctx, "a").await() + call(ctx, "b").await();
		}).maxActions(2);
		scenario.start();
		assertThat(scenario.step(completed(0, "x")).failure().type()).isEqualTo(TOO_MUCH);
	}

	@Test
	void theLimitIsForAnExecutionNotForTheInstance() {
		Scenario scenario = Scenario.of((ctx) -> {
			call(ctx, "a").await();
			return ctx.continueAsNew(null);
		}).maxActions(1);
		StepResult result = scenario.start();
		for (int i = 0; i < 5; i++) {
			result = scenario.next(scenario.step(completed(0, "x")));
		}
		assertThat(result.status()).isEqualTo(InstanceStatus.RUNNING);
	}

	@Test
	void codeThatCatchesTheLimitIsReplayedLikeAnyOther() {
		Scenario scenario = Scenario.of((ctx) -> {
			List<Task<String>> tasks = new ArrayList<>();
			try {
				while (true) {
					tasks.add(call(ctx, "a"));
				}
			}
			catch (ActionLimitExceededException ex) {
				return ctx.continueAsNew(ctx.allOf(tasks).await().toString());
			}
		}).maxActions(3);
		scenario.start();
		scenario.step(completed(0, "x"));
		assertThat(scenario.step(completed(1, "y")).status()).isEqualTo(InstanceStatus.RUNNING);
		assertThat(scenario.step(completed(2, "z")).continuation().started().input())
			.isEqualTo(Payload.of("\"[x, y, z]\""));
	}

	@Test
	void anExecutionThatDidMoreUnderAHigherLimitComesToItsEnd() {
		Scenario.Code code = (ctx) -> ctx.allOf(List.of(call(ctx, "a"), call(ctx, "b"))).await();
		Scenario scenario = Scenario.of(code);
		scenario.start();
		scenario.maxActions(1).deploy(code);
		scenario.step(completed(0, "x"));
		assertThat(scenario.step(completed(1, "y")).output()).isEqualTo(Payload.of("[\"x\",\"y\"]"));
	}

	@Test
	void cancellingAndBeingServedWorkAtTheLimit() {
		Scenario scenario = Scenario.of((ctx) -> {
			DurableTimer timer = ctx.createTimer(Duration.ofDays(1));
			String got = ctx.waitForExternalEvent("x", String.class, Duration.ofDays(1)).await();
			timer.cancel();
			return got;
		}).maxActions(2);
		scenario.start();
		StepResult result = scenario.step(raised("x", "served"));
		assertThat(result.output()).isEqualTo(Payload.of("\"served\""));
		assertThat(result.removedTimers()).containsExactlyInAnyOrder(0, 1);
	}

	@Test
	void aRetryThatTheLimitForbidsFailsItsOwnCall() {
		for (Duration pause : List.of(Duration.ZERO, Duration.ofSeconds(1))) {
			List<String> seen = new ArrayList<>();
			Scenario scenario = Scenario.of((ctx) -> {
				Task<String> retried = call(ctx.withOptions(CallOptions.retry(RetryPolicy.of(3, pause))), "a");
				seen.add(call(ctx, "b").await());
				return retried.await();
			}).maxActions(pause.isZero() ? 2 : 3);
			scenario.start();
			scenario.step(failed(0, "broken"));
			scenario.step(fired(2));
			assertThat(seen).as("the other call is not disturbed").isEmpty();
			assertThat(scenario.step(completed(1, "other")).failure().type()).isEqualTo(TOO_MUCH);
			assertThat(seen).containsOnly("other");
		}
	}

	@Test
	void theContextAndItsTasksRejectEveryOtherThread() {
		Scenario scenario = Scenario.of((ctx) -> {
			Task<String> task = call(ctx, "a");
			CancelableTask<String> wait = ctx.waitForExternalEvent("x", String.class);
			DurableTimer timer = ctx.createTimer(Duration.ofDays(1));
			Logger logger = ctx.replaySafe(LoggerFactory.getLogger(LimitTests.class));
			List<Runnable> uses = List.of(() -> call(ctx, "a"), task::await, task::isDone,
					() -> task.thenApply(String::length), timer::cancel, wait::cancel, () -> ctx.allOf(List.of(task)),
					() -> ctx.anyOf(List.of(task)), ctx::now, ctx::newUuid, ctx::info, () -> ctx.isPatched("p"),
					() -> ctx.setCustomStatus("x"), () -> ctx.createTimer(Duration.ZERO),
					() -> ctx.waitForExternalEvent("x", String.class),
					() -> ctx.waitForExternalEvent("x", String.class, Duration.ZERO),
					() -> ctx.sendEvent("other", "x", null), () -> ctx.continueAsNew(null),
					() -> ctx.callSubOrchestrator("a", null, String.class),
					() -> ctx.startOrchestrator("a", null, StartOptions.defaults()),
					() -> ctx.withOptions(CallOptions.defaults()), ctx::isReplaying, () -> logger.info("elsewhere"));
			for (Runnable use : uses) {
				assertThat(CompletableFuture.runAsync(use)).failsWithin(Duration.ofSeconds(10))
					.withThrowableThat()
					.withMessageContaining("orchestrator's own thread")
					.withMessageContaining("Do asynchronous work in activities");
			}
			return "rejected";
		});
		StepResult result = scenario.start();
		assertThat(result.output()).isEqualTo(Payload.of("\"rejected\""));
		assertThat(result.messages()).hasSize(1);
	}

	@Test
	void anyThreadMayAskForTheInstanceId() {
		Scenario scenario = Scenario.of((ctx) -> CompletableFuture.supplyAsync(ctx::instanceId).get());
		assertThat(scenario.start().status()).isEqualTo(InstanceStatus.COMPLETED);
	}

	@Test
	void aMappingMayAskForWhatIsDone() {
		Scenario scenario = Scenario.of((ctx) -> {
			Task<String> done = call(ctx, "a");
			return call(ctx, "b").thenApply((value) -> value + done.await()).await();
		});
		scenario.start();
		assertThat(scenario.step(completed(0, "x"), completed(1, "y")).output()).isEqualTo(Payload.of("\"yx\""));
	}

}
