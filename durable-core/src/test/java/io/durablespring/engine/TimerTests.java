package io.durablespring.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.durablespring.DurableTimer;
import io.durablespring.InstanceStatus;
import io.durablespring.Payload;
import io.durablespring.Task;
import io.durablespring.TaskCanceledException;
import io.durablespring.history.HistoryEvent.TimerCanceled;
import io.durablespring.history.HistoryEvent.TimerFired;
import org.junit.jupiter.api.Test;

import static io.durablespring.engine.Scenario.START;
import static io.durablespring.engine.Scenario.completed;
import static io.durablespring.engine.Scenario.fired;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Durable timers, and the time itself.
 */
class TimerTests {

	@Test
	void aTimerIsSetForItsTimeAndAwaited() {
		Scenario scenario = Scenario.of((ctx) -> {
			ctx.createTimer(Duration.ofDays(400)).await();
			return "woken";
		});
		StepResult result = scenario.start();
		assertThat(result.timers())
			.containsExactly(new StepResult.Timer(0, START.plusSeconds(1).plus(Duration.ofDays(400))));
		assertThat(scenario.step(fired(0)).output()).isEqualTo(Payload.of("\"woken\""));
	}

	@Test
	void aTimerInThePastIsSetAllTheSame() {
		StepResult result = Scenario.of((ctx) -> ctx.createTimer(START.minusSeconds(9)).await()).start();
		assertThat(result.timers()).containsExactly(new StepResult.Timer(0, START.minusSeconds(9)));
	}

	@Test
	void aTimerFurtherThanAnyTableReachesIsSetForTheEndOfTime() {
		Instant end = Instant.parse("9999-12-31T23:59:59Z");
		StepResult result = Scenario.of((ctx) -> {
			ctx.createTimer(Instant.MAX);
			ctx.createTimer(Duration.ofSeconds(Long.MAX_VALUE));
			return ctx.createTimer(Duration.ofDays(365_000_000)).await();
		}).start();
		assertThat(result.timers()).extracting(StepResult.Timer::fireAt).containsExactly(end, end, end);
	}

	@Test
	void aTimerBeforeAllTimeFiresAtOnce() {
		StepResult result = Scenario.of((ctx) -> {
			ctx.createTimer(Instant.MIN);
			return ctx.createTimer(Duration.ofSeconds(Long.MIN_VALUE)).await();
		}).start();
		assertThat(result.timers()).extracting(StepResult.Timer::fireAt)
			.containsExactly(Instant.EPOCH, START.plusSeconds(1));
	}

	@Test
	void theLoserOfARaceIsCancelledAndDoesNotFireAnyMore() {
		Scenario scenario = race();
		scenario.start();
		StepResult result = scenario.step(completed(0, "in time"));
		assertThat(result.removedTimers()).containsExactly(1);
		assertThat(result.events()).anyMatch(TimerCanceled.class::isInstance);
		assertThat(scenario.step(fired(1)).events()).as("a cancelled timer that fires all the same").isEmpty();
		assertThat(scenario.step(completed(2, "end")).output()).isEqualTo(Payload.of("\"in time end\""));
	}

	@Test
	void aTimerThatFiresInTheVeryStepThatCancelsItIsNotRecorded() {
		Scenario scenario = race();
		scenario.start();
		scenario.step(completed(0, "in time"), fired(1));
		assertThat(scenario.history()).noneMatch(TimerFired.class::isInstance);
		assertThat(scenario.step(completed(2, "end")).output()).isEqualTo(Payload.of("\"in time end\""));
	}

	@Test
	void aTimerWinsARaceWhenItFiresFirst() {
		Scenario scenario = race();
		scenario.start();
		scenario.step(fired(1), completed(0, "late"));
		assertThat(scenario.step(completed(2, "end")).output()).isEqualTo(Payload.of("\"timeout end\""));
	}

	@Test
	void awaitingACancelledTimerThrowsAndCancellingTwiceDoesNothing() {
		StepResult result = Scenario.of((ctx) -> {
			DurableTimer timer = ctx.createTimer(Duration.ofSeconds(5));
			timer.cancel();
			timer.cancel();
			try {
				timer.await();
				return "fired";
			}
			catch (TaskCanceledException ex) {
				return "cancelled";
			}
		}).start();
		assertThat(result.output()).isEqualTo(Payload.of("\"cancelled\""));
		assertThat(result.timers()).as("a timer that is cancelled at once is never set").isEmpty();
		assertThat(result.removedTimers()).isEmpty();
	}

	@Test
	void cancellingATimerThatHasFiredDoesNothing() {
		Scenario scenario = Scenario.of((ctx) -> {
			DurableTimer timer = ctx.createTimer(Duration.ofSeconds(5));
			timer.await();
			timer.cancel();
			timer.await();
			return "fired";
		});
		scenario.start();
		assertThat(scenario.step(fired(0)).output()).isEqualTo(Payload.of("\"fired\""));
	}

	@Test
	void anOpenTimerDoesNotKeepTheInstanceRunning() {
		Scenario scenario = Scenario.of((ctx) -> {
			ctx.createTimer(Duration.ofDays(9));
			ctx.callActivity("a", null, String.class).await();
			return null;
		});
		scenario.start();
		StepResult result = scenario.step(completed(1, "x"));
		assertThat(result.status()).isEqualTo(InstanceStatus.COMPLETED);
		assertThat(result.removedTimers()).containsExactly(0);
	}

	@Test
	void timeStandsStillWithinAStepAndNeverGoesBack() {
		Scenario scenario = Scenario.of((ctx) -> {
			String first = ctx.now().toString();
			assertThat(ctx.now()).hasToString(first);
			ctx.callActivity("a", null, String.class).await();
			String second = ctx.now().toString();
			ctx.callActivity("b", null, String.class).await();
			return first + second + ctx.now();
		});
		scenario.start();
		scenario.step(completed(0, "x"));
		scenario.clock(START.minusSeconds(3600));
		assertThat(scenario.step(completed(1, "x")).output())
			.isEqualTo(Payload.of("\"2026-01-01T00:00:01Z2026-01-01T00:00:02Z2026-01-01T00:00:02Z\""));
	}

	@Test
	void timeIsNotBeforeATimerThatAnotherNodesClockHasFired() {
		Scenario scenario = Scenario.of((ctx) -> {
			Instant due = ctx.now().plusSeconds(60);
			ctx.createTimer(due).await();
			return ctx.now().isBefore(due) ? "before" : "at or after";
		});
		Instant due = scenario.start().timers().get(0).fireAt();
		assertThat(scenario.step(new TimerFired(due, 0)).output()).isEqualTo(Payload.of("\"at or after\""));
	}

	private static Scenario race() {
		return Scenario.of((ctx) -> {
			Task<String> work = ctx.callActivity("slow", null, String.class);
			DurableTimer timeout = ctx.createTimer(Duration.ofMinutes(1));
			String winner = "timeout";
			if (ctx.anyOf(List.of(work, timeout)).await() == work) {
				timeout.cancel();
				winner = work.await();
			}
			return winner + " " + ctx.callActivity("last", null, String.class).await();
		});
	}

}
