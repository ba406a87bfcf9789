package io.durablespring.engine;

import java.time.Duration;
import java.util.List;

import io.durablespring.CallOptions;
import io.durablespring.OrchestrationContext;
import io.durablespring.RetryPolicy;
import io.durablespring.history.HistoryEvent.TaskScheduled;
import io.durablespring.history.Message;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Calls of activities that run on the node which has the instance.
 */
class LocalCallTests {

	private static final Locality LOCAL = new Locality(true, true, true);

	private static final Locality SENT = new Locality(true, false, true);

	@Test
	void aLocalCallIsRecordedAndNotSent() {
		StepResult result = Scenario.of(LocalCallTests::callTwice).activities(LOCAL).start();
		assertThat(result.messages()).isEmpty();
		assertThat(result.isSilent()).isTrue();
		assertThat(result.localCalls()).containsExactly(new StepResult.LocalCall(
				new Message.ToActivity("execution:0", "instance", "execution", 0, "a", null, null), true));
		assertThat(result.events())
			.contains(new TaskScheduled(result.events().get(0).timestamp(), 0, "a", null, null, null, true));
	}

	@Test
	void theOptionsOfACallWinOverTheActivity() {
		assertThat(started(LOCAL, CallOptions.defaults().local(false)).messages()).hasSize(1);
		assertThat(started(LOCAL, CallOptions.defaults().local(false)).localCalls()).isEmpty();
		assertThat(started(SENT, CallOptions.defaults().local(true)).localCalls()).hasSize(1);
		assertThat(started(SENT, CallOptions.defaults()).localCalls()).isEmpty();
		assertThat(started(LOCAL, CallOptions.defaults().checkpoint(false)).localCalls().get(0).checkpoint()).isFalse();
	}

	@Test
	void aNodeThatDoesNotHaveTheActivitySendsTheCall() {
		StepResult result = started(Locality.ELSEWHERE, CallOptions.defaults().local(true));
		assertThat(result.localCalls()).isEmpty();
		assertThat(result.messages()).hasSize(1);
		assertThat(calls(result)).extracting(TaskScheduled::local).containsOnlyNulls();
	}

	@Test
	void everyAttemptIsLocal() {
		Scenario scenario = Scenario
			.of((ctx) -> ctx.withOptions(CallOptions.retry(RetryPolicy.of(2, Duration.ZERO)).local(true))
				.callActivity("a", null, String.class)
				.await())
			.activities(SENT);
		scenario.start();
		StepResult second = scenario.step(Scenario.failed(0, "no"));
		assertThat(second.localCalls()).extracting((call) -> call.message().attempt()).containsExactly(2);
		assertThat(second.messages()).isEmpty();
	}

	@Test
	void whereItRunsMayChangeWhileInstancesRun() {
		Scenario scenario = Scenario.of(LocalCallTests::callTwice).activities(LOCAL);
		scenario.start();
		scenario.deploy(LocalCallTests::callTwice).activities(SENT);
		StepResult second = scenario.step(Scenario.completed(0, "x"));
		assertThat(second.messages()).hasSize(1);
		assertThat(second.localCalls()).isEmpty();
	}

	@Test
	void stepsThatAreStoredTogetherAreWhatTheyAreOneByOne() {
		Scenario scenario = Scenario.of(LocalCallTests::callTwice).activities(LOCAL);
		StepResult first = scenario.start();
		StepResult second = scenario.step(Scenario.completed(0, "x"));
		StepResult third = scenario.step(Scenario.completed(1, "y"));
		StepResult together = first.then(second).then(third);
		assertThat(together.events()).isEqualTo(scenario.history());
		assertThat(together.status()).isEqualTo(third.status());
		assertThat(together.output()).isEqualTo(third.output());
		assertThat(together.localCalls()).hasSize(2);
	}

	@Test
	void aTimerThatIsSetAndCancelledBeforeItIsStoredNeverWas() {
		Scenario scenario = Scenario.of((ctx) -> {
			var timer = ctx.createTimer(Duration.ofHours(1));
			ctx.callActivity("a", null, String.class).await();
			timer.cancel();
			return ctx.callActivity("a", null, String.class).await();
		}).activities(LOCAL);
		StepResult together = scenario.start().then(scenario.step(Scenario.completed(1, "x")));
		assertThat(together.timers()).isEmpty();
		assertThat(together.removedTimers()).isEmpty();
		assertThat(together.events()).isEqualTo(scenario.history());
	}

	@Test
	void aStepThatContinuesAsNewLeavesNothingOfTheOneBefore() {
		Scenario scenario = Scenario.of((ctx) -> {
			ctx.createTimer(Duration.ofHours(1));
			ctx.callActivity("a", null, String.class).await();
			return ctx.continueAsNew(null);
		}).activities(LOCAL);
		StepResult first = scenario.start();
		StepResult second = scenario.step(Scenario.completed(1, "x"));
		StepResult together = first.then(second);
		assertThat(together.events()).isEqualTo(second.events());
		assertThat(together.continuation()).isEqualTo(second.continuation());
		assertThat(together.timers()).isEmpty();
		assertThat(together.removedTimers()).isEmpty();
	}

	private static StepResult started(Locality locality, CallOptions options) {
		return Scenario.of((ctx) -> ctx.withOptions(options).callActivity("a", null, String.class).await())
			.activities(locality)
			.start();
	}

	private static List<TaskScheduled> calls(StepResult result) {
		return result.events().stream().filter(TaskScheduled.class::isInstance).map(TaskScheduled.class::cast).toList();
	}

	private static String callTwice(OrchestrationContext ctx) {
		return ctx.callActivity("a", null, String.class).await() + ctx.callActivity("a", null, String.class).await();
	}

}
