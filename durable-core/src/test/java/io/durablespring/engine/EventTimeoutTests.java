package io.durablespring.engine;

import java.time.Duration;
import java.util.List;

import io.durablespring.CancelableTask;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.Payload;
import io.durablespring.TaskCanceledException;
import io.durablespring.TaskTimeoutException;
import io.durablespring.TypeRef;
import io.durablespring.history.HistoryEvent.ExecutionResumed;
import io.durablespring.history.HistoryEvent.ExecutionSuspended;
import io.durablespring.history.HistoryEvent.TimerCanceled;
import io.durablespring.history.HistoryEvent.TimerFired;
import org.junit.jupiter.api.Test;

import static io.durablespring.engine.Scenario.START;
import static io.durablespring.engine.Scenario.completed;
import static io.durablespring.engine.Scenario.fired;
import static io.durablespring.engine.Scenario.raised;
import static io.durablespring.engine.Scenario.started;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Waits for external events that are given up after a time.
 */
class EventTimeoutTests {

	@Test
	void anEventInTimeCancelsTheTimerOfItsWait() {
		Scenario scenario = Scenario.of((ctx) -> within(ctx, Duration.ofDays(1)).await() + last(ctx));
		StepResult waiting = scenario.start();
		assertThat(waiting.timers())
			.containsExactly(new StepResult.Timer(0, START.plusSeconds(1).plus(Duration.ofDays(1))));
		StepResult result = scenario.step(raised("x", "in time"));
		assertThat(result.removedTimers()).containsExactly(0);
		assertThat(scenario.step(fired(0)).events()).isEmpty();
		assertThat(scenario.step(completed(1, "!")).output()).isEqualTo(Payload.of("\"in time!\""));
	}

	@Test
	void aWaitThatTimesOutSaysForWhatAndHowLong() {
		Scenario scenario = Scenario.of((ctx) -> {
			try {
				return within(ctx, Duration.ofHours(72)).await();
			}
			catch (TaskTimeoutException ex) {
				return ex.getMessage();
			}
		});
		scenario.start();
		assertThat(scenario.step(fired(0)).output())
			.isEqualTo(Payload.of("\"Timeout of PT72H expired while waiting for an event named 'x'\""));
	}

	@Test
	void aTimeoutIsACancellation() {
		Scenario scenario = Scenario.of((ctx) -> {
			try {
				return within(ctx, Duration.ofSeconds(5)).await();
			}
			catch (TaskCanceledException ex) {
				return "too late";
			}
		});
		scenario.start();
		assertThat(scenario.step(fired(0)).output()).isEqualTo(Payload.of("\"too late\""));
	}

	@Test
	void aTimeoutThatNobodyCatchesFailsTheInstance() {
		Scenario scenario = Scenario.of((ctx) -> within(ctx, Duration.ofSeconds(5)).await());
		scenario.start();
		StepResult result = scenario.step(fired(0));
		assertThat(result.status()).isEqualTo(InstanceStatus.FAILED);
		assertThat(result.failure().type()).isEqualTo(TaskTimeoutException.class.getName());
	}

	@Test
	void aWaitThatHasTimedOutTakesNoEvent() {
		Scenario scenario = Scenario.of((ctx) -> {
			try {
				return within(ctx, Duration.ofSeconds(5)).await();
			}
			catch (TaskTimeoutException ex) {
				return "then " + ctx.waitForExternalEvent("x", String.class).await();
			}
		});
		scenario.start();
		scenario.step(fired(0));
		assertThat(scenario.step(raised("x", "late")).output()).isEqualTo(Payload.of("\"then late\""));
	}

	@Test
	void aTimedOutWaitLeavesTheEventToTheNextInLine() {
		Scenario scenario = Scenario.of((ctx) -> {
			CancelableTask<String> first = within(ctx, Duration.ofSeconds(5));
			CancelableTask<String> second = ctx.waitForExternalEvent("x", String.class);
			return second.await() + first.isDone();
		});
		scenario.start();
		scenario.step(fired(0));
		assertThat(scenario.step(raised("x", "late ")).output()).isEqualTo(Payload.of("\"late true\""));
	}

	@Test
	void whenEventAndTimeoutComeInOneBatchTheFirstCounts() {
		Scenario eventFirst = Scenario.of((ctx) -> within(ctx, Duration.ofSeconds(5)).await() + last(ctx));
		eventFirst.start();
		eventFirst.step(raised("x", "event"), fired(0));
		assertThat(eventFirst.history()).noneMatch(TimerFired.class::isInstance);
		assertThat(eventFirst.step(completed(1, "!")).output()).isEqualTo(Payload.of("\"event!\""));

		Scenario timeoutFirst = Scenario.of((ctx) -> {
			try {
				return within(ctx, Duration.ofSeconds(5)).await();
			}
			catch (TaskTimeoutException ex) {
				return "timeout" + last(ctx) + ctx.waitForExternalEvent("x", String.class).await();
			}
		});
		timeoutFirst.start();
		timeoutFirst.step(fired(0), raised("x", " late"));
		assertThat(timeoutFirst.history()).noneMatch(TimerCanceled.class::isInstance);
		assertThat(timeoutFirst.step(completed(1, "!")).output()).isEqualTo(Payload.of("\"timeout! late\""));
	}

	@Test
	void whenBothComeWhileSuspendedTheFirstCounts() {
		Scenario scenario = Scenario.of((ctx) -> within(ctx, Duration.ofSeconds(5)).await() + last(ctx));
		scenario.start();
		scenario.step(new ExecutionSuspended(START, null, null), raised("x", "event"));
		scenario.step(fired(0));
		assertThat(scenario.step(new ExecutionResumed(START, null)).status()).isEqualTo(InstanceStatus.RUNNING);
		assertThat(scenario.step(completed(1, "!")).output()).isEqualTo(Payload.of("\"event!\""));
	}

	@Test
	void aTimeoutOfZeroOrLessTakesOnlyWhatIsThere() {
		for (Duration timeout : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
			Scenario scenario = Scenario.of((ctx) -> {
				String there = within(ctx, timeout).await();
				try {
					return within(ctx, timeout).await();
				}
				catch (TaskTimeoutException ex) {
					return there;
				}
			});
			StepResult result = scenario.step(raised("x", "there"), started());
			assertThat(result.output()).isEqualTo(Payload.of("\"there\""));
			assertThat(result.timers()).isEmpty();
		}
	}

	@Test
	void anEarlyEventNeedsNoTimer() {
		Scenario scenario = Scenario.of((ctx) -> within(ctx, Duration.ofDays(1)).await());
		StepResult result = scenario.step(raised("x", "early"), started());
		assertThat(result.output()).isEqualTo(Payload.of("\"early\""));
		assertThat(result.timers()).isEmpty();
	}

	@Test
	void cancellingAWaitCancelsItsTimer() {
		Scenario scenario = Scenario.of((ctx) -> {
			CancelableTask<String> wait = within(ctx, Duration.ofDays(1));
			last(ctx);
			wait.cancel();
			return ctx.waitForExternalEvent("x", String.class).await();
		});
		scenario.start();
		assertThat(scenario.step(completed(1, null)).removedTimers()).containsExactly(0);
		assertThat(scenario.step(fired(0)).events()).isEmpty();
		assertThat(scenario.step(raised("x", "got")).output()).isEqualTo(Payload.of("\"got\""));
	}

	@Test
	void theTimerOfAWaitDoesNotKeepTheInstanceAlive() {
		Scenario scenario = Scenario.of((ctx) -> {
			within(ctx, Duration.ofDays(1));
			return last(ctx);
		});
		scenario.start();
		StepResult result = scenario.step(completed(1, "x"));
		assertThat(result.status()).isEqualTo(InstanceStatus.COMPLETED);
		assertThat(result.removedTimers()).containsExactly(0);
	}

	@Test
	void aGenericTypeCanBeAwaitedWithATimeout() {
		Scenario scenario = Scenario.of((ctx) -> {
			try {
				return ctx.waitForExternalEvent("x", new TypeRef<String>() {
				}, Duration.ofSeconds(9)).await();
			}
			catch (TaskTimeoutException ex) {
				return "too late";
			}
		});
		assertThat(scenario.start().timers()).hasSize(1);
		assertThat(scenario.step(fired(0)).output()).isEqualTo(Payload.of("\"too late\""));
	}

	@Test
	void aTimeoutWithoutEndWaitsForTheEvent() {
		Scenario scenario = Scenario.of((ctx) -> within(ctx, Duration.ofSeconds(Long.MAX_VALUE)).await());
		assertThat(scenario.start().status()).isEqualTo(InstanceStatus.RUNNING);
		assertThat(scenario.step(raised("x", "at last")).output()).isEqualTo(Payload.of("\"at last\""));
	}

	private static CancelableTask<String> within(OrchestrationContext ctx, Duration timeout) {
		return ctx.waitForExternalEvent("x", String.class, timeout);
	}

	private static String last(OrchestrationContext ctx) {
		return ctx.callActivity("last", null, String.class).await();
	}

}
