package io.durablespring.engine;

import java.time.Duration;

import io.durablespring.DurableTimer;
import io.durablespring.InstanceStatus;
import io.durablespring.history.HistoryEvent.ExecutionResumed;
import io.durablespring.history.HistoryEvent.ExecutionSuspended;
import io.durablespring.history.HistoryEvent.TimerFired;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Outcomes that come while an execution is suspended.
 */
class HeldOutcomeTests {

	@Test
	void aTimerThatFiresBehindASuspensionWhenTheCodeHasJustCancelledItIsNoHistory() {
		Scenario scenario = Scenario.of((ctx) -> {
			DurableTimer timer = ctx.createTimer(Duration.ofSeconds(1));
			String done = ctx.callActivity("work", null, String.class).await();
			timer.cancel();
			return done + ctx.callActivity("more", null, String.class).await();
		});
		scenario.start();
		StepResult suspended = scenario.step(Scenario.completed(1, "a"),
				new ExecutionSuspended(Scenario.START, null, null), Scenario.fired(0));
		assertThat(suspended.status()).isEqualTo(InstanceStatus.SUSPENDED);
		assertThat(suspended.events()).noneMatch(TimerFired.class::isInstance);
		scenario.step(Scenario.completed(2, "b"));
		StepResult ended = scenario.step(new ExecutionResumed(Scenario.START, null));
		assertThat(ended.output().json()).isEqualTo("\"ab\"");
	}

}
