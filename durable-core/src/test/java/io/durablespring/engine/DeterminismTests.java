package io.durablespring.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.durablespring.InstanceStatus;
import io.durablespring.NonDeterministicOrchestratorException;
import io.durablespring.OrchestrationContext;
import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.EventRaised;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.event.SubstituteLoggingEvent;
import org.slf4j.helpers.SubstituteLogger;

import static io.durablespring.engine.Scenario.completed;
import static io.durablespring.engine.Scenario.fired;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What replay guarantees to code, and how it finds code that does not repeat itself.
 */
class DeterminismTests {

	private static final Scenario.Code AB = (ctx) -> ctx.callActivity("a", 1, String.class).await()
			+ ctx.callActivity("b", 2, String.class).await();

	@Test
	void uuidsDifferFromCallToCallAndAreTheSameOnReplay() {
		Scenario scenario = Scenario.of((ctx) -> {
			String first = ctx.newUuid().toString();
			ctx.callActivity("a", first, String.class).await();
			String second = ctx.newUuid().toString();
			assertThat(ctx.newUuid().version()).isEqualTo(5);
			return first.equals(second) ? "same" : ctx.callActivity("b", second, String.class).await();
		});
		scenario.options(true, false).start();
		scenario.step(completed(0, "x"));
		assertThat(scenario.step(completed(1, "differ")).output()).isEqualTo(Payload.of("\"differ\""));
	}

	@Test
	void codeIsReplayingUntilItMeetsSomethingNew() {
		List<Boolean> replaying = new ArrayList<>();
		Scenario scenario = Scenario.of((ctx) -> {
			replaying.add(ctx.isReplaying());
			ctx.callActivity("a", null, String.class).await();
			replaying.add(ctx.isReplaying());
			ctx.callActivity("b", null, String.class).await();
			replaying.add(ctx.isReplaying());
			return null;
		});
		scenario.start();
		scenario.step(completed(0, "x"));
		replaying.clear();
		try (Execution rebuilt = scenario.execution()) {
			rebuilt.step(Scenario.START, List.of(completed(1, "x")));
		}
		assertThat(replaying).containsExactly(true, true, false);
	}

	@Test
	void aReplaySafeLoggerIsSilentWhileReplaying() {
		Queue<SubstituteLoggingEvent> lines = new ArrayDeque<>();
		Logger target = new SubstituteLogger("test", lines, false);
		Scenario scenario = Scenario.of((ctx) -> {
			Logger logger = ctx.replaySafe(target);
			logger.info("before");
			ctx.callActivity("a", null, String.class).await();
			logger.atInfo().log("after {}", logger.isInfoEnabled());
			ctx.callActivity("b", null, String.class).await();
			return null;
		});
		scenario.start();
		scenario.step(completed(0, "x"));
		lines.clear();
		try (Execution rebuilt = scenario.execution()) {
			rebuilt.step(Scenario.START, List.of(completed(1, "x")));
		}
		assertThat(lines).isEmpty();
		scenario.deploy((ctx) -> {
			ctx.replaySafe(target).info("live");
			return null;
		}).history().clear();
		scenario.start();
		assertThat(lines).extracting(SubstituteLoggingEvent::getMessage).contains("live");
	}

	@Test
	void anotherNameIsFound() {
		assertThat(divergence((ctx) -> ctx.callActivity("other", 1, String.class).await()))
			.contains("At position 2 the history has TaskScheduled #0 'a' with input 1")
			.contains("the code now does TaskScheduled #0 'other'");
	}

	@Test
	void anotherKindIsFound() {
		assertThat(divergence((ctx) -> ctx.createTimer(Duration.ZERO).await())).contains("has TaskScheduled #0 'a'")
			.contains("the code now does TimerCreated #0");
	}

	@Test
	void aCallThatIsMissingIsFound() {
		assertThat(divergence((ctx) -> {
			ctx.callActivity("a", 1, String.class).await();
			return ctx.createTimer(Duration.ZERO).await();
		})).contains("At position 5 the history has TaskScheduled #1 'b'");
	}

	@Test
	void codeThatReturnsTooEarlyIsFound() {
		assertThat(divergence((ctx) -> "done")).contains("has TaskScheduled #0 'a'").contains("returned");
	}

	@Test
	void codeThatThrowsTooEarlyIsFound() {
		assertThat(divergence((ctx) -> {
			throw new IllegalStateException("new bug");
		})).contains("threw java.lang.IllegalStateException: new bug");
	}

	@Test
	void codeThatWaitsTooEarlyIsFound() {
		assertThat(divergence((ctx) -> {
			return ctx.anyOf(List.of(ctx.callActivity("a", 1, String.class), ctx.callActivity("b", 2, String.class)))
				.await();
		})).contains("At position 3 the history has OrchestratorStarted");
	}

	@Test
	void aCallMoreThanRecordedIsFound() {
		assertThat(divergence((ctx) -> {
			ctx.callActivity("a", 1, String.class).await();
			ctx.callActivity("b", 2, String.class);
			return ctx.callActivity("c", 3, String.class).await();
		})).contains("At position 6 the history has nothing more").contains("TaskScheduled #2 'c'");
	}

	@Test
	void aCallInAMappingIsFoundAtItsOwnPosition() {
		Scenario scenario = Scenario.of((ctx) -> mapped(ctx, "b"));
		scenario.start();
		scenario.step(completed(0, "x"));
		StepResult result = scenario.deploy((ctx) -> mapped(ctx, "other")).step(completed(1, "y"));
		assertThat(result.failure().message()).contains("At position 5 the history has TaskScheduled #1 'b'",
				"the code now does TaskScheduled #1 'other'");
	}

	private static String mapped(OrchestrationContext ctx, String name) {
		return ctx.callActivity("a", null, String.class)
			.thenApply((value) -> ctx.callActivity(name, null, String.class))
			.await()
			.await();
	}

	@Test
	void waitingWhereAnActionIsRecordedIsFoundAtItsPosition() {
		assertThat(divergence((ctx) -> {
			ctx.callActivity("a", 1, String.class).await();
			return ctx.waitForExternalEvent("x", String.class).await();
		})).contains("At position 5 the history has TaskScheduled #1 'b'", "the code now waits for something else");
	}

	@Test
	void anotherInputIsFoundOnRequestOnly() {
		Scenario.Code changed = (ctx) -> ctx.callActivity("a", 99, String.class).await()
				+ ctx.callActivity("b", 2, String.class).await();
		Scenario tolerant = runningAb();
		assertThat(tolerant.deploy(changed).step(completed(1, "y")).status()).isEqualTo(InstanceStatus.COMPLETED);
		Scenario strict = runningAb().options(true, false);
		assertThat(strict.deploy(changed).step(completed(1, "y")).failure().message()).contains("input 1")
			.contains("input 99");
	}

	@Test
	void anInstanceWhoseCodeDoesNotFitIsSuspendedAndGoesOnWithCodeThatFits() {
		Scenario scenario = runningAb().deploy((ctx) -> "wrong");
		StepResult suspended = scenario.step(completed(1, "y"));
		assertThat(suspended.status()).isEqualTo(InstanceStatus.SUSPENDED);
		assertThat(suspended.failure().type()).isEqualTo(NonDeterministicOrchestratorException.class.getName());
		assertThat(suspended.messages()).isEmpty();
		assertThat(scenario.step(completed(1, "y")).events()).as("it was kept the first time").isEmpty();

		StepResult tooEarly = scenario.step(new HistoryEvent.ExecutionResumed(Scenario.START, "not fixed"));
		assertThat(tooEarly.status()).isEqualTo(InstanceStatus.SUSPENDED);

		scenario.deploy(AB);
		StepResult resumed = scenario.step(new HistoryEvent.ExecutionResumed(Scenario.START, "fixed"));
		assertThat(resumed.status()).isEqualTo(InstanceStatus.COMPLETED);
		assertThat(resumed.output()).isEqualTo(Payload.of("\"xy\""));
	}

	@Test
	void whatWasKeptWhileSuspendedReplaysLikeTheRest() {
		Scenario.Code abc = (ctx) -> ctx.callActivity("a", 1, String.class).await()
				+ ctx.callActivity("b", 2, String.class).await() + ctx.callActivity("c", 3, String.class).await()
				+ ctx.callActivity("d", 4, String.class).await();
		Scenario scenario = Scenario.of(abc);
		scenario.start();
		scenario.step(completed(0, "x"));
		scenario.deploy((ctx) -> "wrong").step(completed(1, "y"));
		scenario.deploy(abc);
		assertThat(scenario.step(new HistoryEvent.ExecutionResumed(Scenario.START, null)).messages()).singleElement()
			.extracting("name")
			.isEqualTo("c");
		scenario.step(completed(2, "z"));
		assertThat(scenario.step(completed(3, "!")).output()).isEqualTo(Payload.of("\"xyz!\""));
	}

	@Test
	void anInstanceWhoseCodeDoesNotFitFailsOnRequest() {
		StepResult result = runningAb().options(false, true).deploy((ctx) -> "wrong").step(completed(1, "y"));
		assertThat(result.status()).isEqualTo(InstanceStatus.FAILED);
		assertThat(result.failure().type()).isEqualTo(NonDeterministicOrchestratorException.class.getName());
	}

	@Test
	void anInstanceWhoseCodeDoesNotFitCanBeTerminated() {
		Scenario scenario = runningAb().deploy((ctx) -> "wrong");
		scenario.step(completed(1, "y"));
		assertThat(scenario.step(new HistoryEvent.ExecutionTerminated(Scenario.START, "enough", true)).status())
			.isEqualTo(InstanceStatus.TERMINATED);
	}

	@Test
	void theContextRejectsOtherThreads() {
		Scenario scenario = Scenario.of((ctx) -> CompletableFuture.supplyAsync(() -> {
			try {
				return ctx.callActivity("a", null, String.class).toString();
			}
			catch (IllegalStateException ex) {
				return ex.getMessage().contains("orchestrator's own thread") ? "rejected" : ex.getMessage();
			}
		}).get());
		assertThat(scenario.start().output()).isEqualTo(Payload.of("\"rejected\""));
	}

	@Test
	void catchingExceptionsDoesNotHoldUpUnwinding() throws Exception {
		CountDownLatch unwound = new CountDownLatch(1);
		List<String> caught = new ArrayList<>();
		Scenario scenario = Scenario.of((ctx) -> {
			try {
				try {
					return ctx.callActivity("a", null, String.class).await();
				}
				catch (Exception ex) {
					caught.add("swallowed " + ex);
					return null;
				}
				finally {
					try {
						ctx.callActivity("cleanup", null, String.class);
						caught.add("recorded");
					}
					catch (Unwound ex) {
						caught.add("harmless");
					}
				}
			}
			finally {
				unwound.countDown();
			}
		});
		Execution parked = scenario.execution();
		parked.step(Scenario.START, List.of(Scenario.started()));
		parked.close();
		assertThat(unwound.await(10, TimeUnit.SECONDS)).isTrue();
		assertThat(caught).containsExactly("harmless");
	}

	@Test
	void codeThatSwallowsTheSignalToUnwindCannotEndTheInstance() {
		Scenario scenario = Scenario.of((ctx) -> {
			try {
				ctx.callActivity("a", 1, String.class).await();
				return ctx.callActivity("b", 2, String.class).await();
			}
			catch (Throwable ex) {
				return "swallowed";
			}
		});
		scenario.start();
		StepResult result = scenario.step(new HistoryEvent.ExecutionTerminated(Scenario.START, "enough", true));
		assertThat(result.status()).isEqualTo(InstanceStatus.TERMINATED);
		assertThat(result.output()).isNull();
	}

	@Test
	void aTimerThatBecameAnActivityIsFoundWhenItFires() {
		Scenario scenario = Scenario.of((ctx) -> ctx.createTimer(Duration.ofSeconds(1)).await());
		scenario.start();
		StepResult result = scenario.deploy((ctx) -> ctx.callActivity("a", null, String.class).await()).step(fired(0));
		assertThat(result.failure().message()).contains("has TimerCreated #0");
	}

	@Test
	void whatCameWhenTheCodeDidNotFitIsThereAfterARewind() {
		Scenario scenario = Scenario
			.of((ctx) -> ctx.callActivity("a", null, String.class).await()
					+ ctx.waitForExternalEvent("go", String.class).await())
			.options(false, true);
		scenario.start();
		scenario.deploy((ctx) -> ctx.callActivity("other", null, String.class).await());
		assertThat(
				scenario.step(completed(0, "x"), new EventRaised(Scenario.START, "go", Payload.of("\"y\""))).status())
			.isEqualTo(InstanceStatus.FAILED);
		scenario.deploy((ctx) -> ctx.callActivity("a", null, String.class).await()
				+ ctx.waitForExternalEvent("go", String.class).await());
		assertThat(scenario.rewind(RewindTests.REWIND).output()).isEqualTo(Payload.of("\"xy\""));
	}

	private static Scenario runningAb() {
		Scenario scenario = Scenario.of(AB);
		scenario.start();
		scenario.step(completed(0, "x"));
		return scenario;
	}

	private static String divergence(Scenario.Code code) {
		StepResult result = runningAb().deploy(code).step(completed(1, "y"));
		assertThat(result.status()).isEqualTo(InstanceStatus.SUSPENDED);
		return result.failure().message();
	}

}
