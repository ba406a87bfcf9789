package io.durablespring.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.durablespring.DurableTimer;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.Payload;
import io.durablespring.Task;
import io.durablespring.history.HistoryEvent.ExecutionResumed;
import io.durablespring.history.HistoryEvent.ExecutionSuspended;
import io.durablespring.history.HistoryEvent.ExecutionTerminated;
import io.durablespring.history.HistoryEvent.TimerFired;
import org.junit.jupiter.api.Test;

import static io.durablespring.engine.RewindTests.call;
import static io.durablespring.engine.Scenario.START;
import static io.durablespring.engine.Scenario.childCompleted;
import static io.durablespring.engine.Scenario.completed;
import static io.durablespring.engine.Scenario.failed;
import static io.durablespring.engine.Scenario.fired;
import static io.durablespring.engine.Scenario.raised;
import static io.durablespring.engine.Scenario.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * What becomes of everything that arrives while an instance is suspended.
 */
class SuspendTests {

	private static final ExecutionSuspended SUSPEND = new ExecutionSuspended(START, "hold on", null);

	private static final ExecutionResumed RESUME = new ExecutionResumed(START, "go on");

	private static final ExecutionTerminated TERMINATE = new ExecutionTerminated(START, "enough", true);

	@Test
	void theReasonIsSeenUntilTheInstanceIsResumed() {
		Scenario scenario = Scenario.of((ctx) -> call(ctx, "a").await());
		scenario.start();
		assertThat(scenario.step(SUSPEND).failure().message()).isEqualTo("hold on");
		assertThat(scenario.step(completed(0, "x")).failure().message()).isEqualTo("hold on");
		assertThat(scenario.step(RESUME).failure()).isNull();
	}

	@Test
	void aSuspensionWithoutAReasonSaysWhatItIs() {
		Scenario scenario = Scenario.of((ctx) -> call(ctx, "a").await());
		scenario.start();
		assertThat(scenario.step(new ExecutionSuspended(START, null, null)).failure().message()).isEqualTo("Suspended");
	}

	@Test
	void suspendingWhatIsSuspendedMeansNothingAndKeepsTheFirstReason() {
		Scenario scenario = Scenario.of((ctx) -> call(ctx, "a").await());
		scenario.start();
		scenario.step(SUSPEND);
		assertThat(scenario.step(new ExecutionSuspended(START, "again", null)).isUnchanged()).isTrue();
		assertThat(scenario.step(completed(0, "x")).failure().message()).isEqualTo("hold on");
	}

	@Test
	void allThatArrivesIsTakenInInItsOrder() {
		Scenario scenario = Scenario.of((ctx) -> {
			StringBuilder order = new StringBuilder();
			ctx.callActivity("a", null, String.class).thenApply((value) -> order.append(value));
			ctx.callSubOrchestrator("c", null, String.class).thenApply((value) -> order.append(value));
			ctx.createTimer(Duration.ofSeconds(1)).thenApply((nothing) -> order.append("timer "));
			ctx.waitForExternalEvent("e", String.class).thenApply((value) -> order.append(value));
			call(ctx, "last").await();
			return order.toString();
		});
		scenario.start();
		scenario.step(SUSPEND, raised("e", "event "));
		scenario.step(fired(2), childCompleted(1, "child "));
		scenario.step(completed(0, "activity "));
		assertThat(scenario.step(RESUME, completed(3, null)).output())
			.isEqualTo(Payload.of("\"event timer child activity \""));
	}

	@Test
	void whatWasHeldComesBeforeWhatArrivesWithTheResumption() {
		Scenario scenario = Scenario.of((ctx) -> take(ctx) + take(ctx) + take(ctx));
		scenario.start();
		scenario.step(SUSPEND, raised("x", "1"));
		assertThat(scenario.step(raised("x", "2"), RESUME, raised("x", "3")).output()).isEqualTo(Payload.of("\"123\""));
	}

	@Test
	void theCodeActsBetweenTheEventsThatWereHeld() {
		Scenario scenario = Scenario.of((ctx) -> {
			Task<String> a = call(ctx, "a");
			Task<String> b = call(ctx, "b");
			Task<String> c = ctx.callActivity("c", a.await(), String.class);
			Task<String> d = ctx.callActivity("d", b.await(), String.class);
			return c.await() + d.await();
		});
		scenario.start();
		scenario.step(SUSPEND, completed(0, "x"), completed(1, "y"));
		assertThat(scenario.step(RESUME).messages()).extracting("name", "input")
			.containsExactly(tuple("c", Payload.of("\"x\"")), tuple("d", Payload.of("\"y\"")));
		scenario.step(completed(2, "1"));
		assertThat(scenario.step(completed(3, "2")).output()).isEqualTo(Payload.of("\"12\""));
	}

	@Test
	void whatTheCodeDidBeforeTheSuspensionOfTheSameBatchIsDone() {
		Scenario scenario = Scenario.of((ctx) -> call(ctx, "a").await() + call(ctx, "b").await());
		scenario.start();
		StepResult result = scenario.step(completed(0, "x"), SUSPEND);
		assertThat(result.status()).isEqualTo(InstanceStatus.SUSPENDED);
		assertThat(result.messages()).singleElement().extracting("name").isEqualTo("b");
		scenario.step(completed(1, "y"));
		assertThat(scenario.step(RESUME).output()).isEqualTo(Payload.of("\"xy\""));
	}

	@Test
	void codeThatEndsBeforeTheSuspensionOfTheSameBatchHasEnded() {
		Scenario scenario = Scenario.of((ctx) -> call(ctx, "a").await());
		scenario.start();
		assertThat(scenario.step(completed(0, "x"), SUSPEND).status()).isEqualTo(InstanceStatus.COMPLETED);
	}

	@Test
	void aFailureThatWasHeldCanBeCaughtOnceResumed() {
		Scenario scenario = Scenario.of((ctx) -> {
			try {
				return call(ctx, "a").await();
			}
			catch (RuntimeException ex) {
				return call(ctx, "fallback").await();
			}
		});
		scenario.start();
		scenario.step(SUSPEND, failed(0, "broken"));
		assertThat(scenario.step(RESUME).messages()).singleElement().extracting("name").isEqualTo("fallback");
		assertThat(scenario.step(completed(1, "x")).output()).isEqualTo(Payload.of("\"x\""));
	}

	@Test
	void aTimerThatWasHeldAndIsCancelledByWhatCameBeforeDoesNotCount() {
		Scenario scenario = Scenario.of((ctx) -> {
			Task<String> work = call(ctx, "work");
			DurableTimer deadline = ctx.createTimer(Duration.ofDays(1));
			String first = (ctx.anyOf(List.of(work, deadline)).await() == work) ? "in time" : "too late";
			deadline.cancel();
			return first + call(ctx, "last").await();
		});
		scenario.start();
		scenario.step(SUSPEND, completed(0, "x"), fired(1));
		assertThat(scenario.step(RESUME).messages()).hasSize(1);
		assertThat(scenario.step(completed(2, "!")).output()).isEqualTo(Payload.of("\"in time!\""));
	}

	@Test
	void timeDoesNotGoBackBehindATimerThatWasHeld() {
		Scenario scenario = Scenario.of((ctx) -> {
			Instant due = ctx.now().plusSeconds(60);
			ctx.createTimer(due).await();
			return ctx.now().isBefore(due) ? "before" : "at or after";
		});
		Instant due = scenario.start().timers().get(0).fireAt();
		scenario.step(SUSPEND, new TimerFired(due, 0));
		assertThat(scenario.step(RESUME).output()).isEqualTo(Payload.of("\"at or after\""));
	}

	@Test
	void whatIsHeldIsGoneWhenTheInstanceIsTerminated() {
		Scenario scenario = Scenario.of((ctx) -> call(ctx, "a").await());
		scenario.start();
		scenario.step(SUSPEND, completed(0, "x"));
		StepResult result = scenario.step(TERMINATE, RESUME);
		assertThat(result.status()).isEqualTo(InstanceStatus.TERMINATED);
		assertThat(result.output()).isNull();
	}

	@Test
	void terminatingASuspendedInstanceReachesItsSubOrchestrationsAndTimers() {
		Scenario scenario = Scenario.of((ctx) -> {
			ctx.createTimer(Duration.ofDays(1));
			return ctx.callSubOrchestrator("child", null, String.class).await();
		});
		scenario.start();
		scenario.step(SUSPEND);
		StepResult result = scenario.step(TERMINATE);
		assertThat(result.removedTimers()).containsExactly(0);
		assertThat(result.messages()).singleElement().extracting("instanceId").isEqualTo("execution:1");
	}

	@Test
	void anInstanceCanBeSuspendedResumedAndSuspendedInOneBatch() {
		Scenario scenario = Scenario.of((ctx) -> take(ctx) + take(ctx));
		scenario.start();
		StepResult result = scenario.step(SUSPEND, raised("x", "1"), RESUME, raised("x", "2"), SUSPEND);
		assertThat(result.status()).as("the code ended before it met the second suspension")
			.isEqualTo(InstanceStatus.COMPLETED);
		Scenario waiting = Scenario.of((ctx) -> take(ctx) + take(ctx));
		waiting.start();
		assertThat(waiting.step(SUSPEND, RESUME, SUSPEND, raised("x", "1"), RESUME, SUSPEND).status())
			.isEqualTo(InstanceStatus.SUSPENDED);
		waiting.step(raised("x", "2"));
		assertThat(waiting.step(RESUME).output()).isEqualTo(Payload.of("\"12\""));
	}

	@Test
	void aStartThatIsHeldIsTakenInBehindTheEventsBeforeIt() {
		Scenario scenario = Scenario.of((ctx) -> take(ctx) + take(ctx));
		scenario.step(raised("x", "1"));
		scenario.step(SUSPEND);
		assertThat(scenario.step(started(), raised("x", "2")).status()).isEqualTo(InstanceStatus.SUSPENDED);
		assertThat(scenario.step(RESUME).output()).isEqualTo(Payload.of("\"12\""));
	}

	private static String take(OrchestrationContext ctx) {
		return ctx.waitForExternalEvent("x", String.class).await();
	}

}
