package io.durablespring.engine;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.durablespring.CallOptions;
import io.durablespring.FailureDetails;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.Payload;
import io.durablespring.RetryPolicy;
import io.durablespring.Task;
import io.durablespring.TaskFailedException;
import io.durablespring.history.Attempt;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.ExecutionResumed;
import io.durablespring.history.HistoryEvent.ExecutionSuspended;
import io.durablespring.history.HistoryEvent.ExecutionTerminated;
import io.durablespring.history.HistoryEvent.TaskFailed;
import io.durablespring.history.HistoryEvent.TaskScheduled;
import io.durablespring.history.HistoryEvent.TimerCreated;
import org.junit.jupiter.api.Test;

import static io.durablespring.engine.Scenario.START;
import static io.durablespring.engine.Scenario.childFailed;
import static io.durablespring.engine.Scenario.completed;
import static io.durablespring.engine.Scenario.failed;
import static io.durablespring.engine.Scenario.fired;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Calls that are tried again by a policy.
 */
class RetryTests {

	private static final RetryPolicy THREE = RetryPolicy.of(3, Duration.ofSeconds(10));

	@Test
	void aFailedCallIsTriedAgainAfterItsPause() {
		Scenario scenario = retried(THREE);
		scenario.start();
		StepResult paused = scenario.step(failed(0, "1st"));
		assertThat(paused.status()).isEqualTo(InstanceStatus.RUNNING);
		assertThat(paused.messages()).isEmpty();
		assertThat(paused.timers()).containsExactly(new StepResult.Timer(1, START.plusSeconds(2 + 10)));
		assertThat(scenario.step(fired(1)).messages()).singleElement()
			.extracting("taskId", "name", "input")
			.containsExactly(2, "work", Payload.of("\"in\""));
		assertThat(scenario.step(completed(2, "done")).output()).isEqualTo(Payload.of("\"done\""));
	}

	@Test
	void theFirstAttemptCounts() {
		Scenario scenario = retried(THREE);
		scenario.start();
		scenario.step(failed(0, "1st"));
		scenario.step(fired(1));
		scenario.step(failed(2, "2nd"));
		scenario.step(fired(3));
		StepResult result = scenario.step(failed(4, "3rd"));
		assertThat(result.status()).isEqualTo(InstanceStatus.FAILED);
		assertThat(result.failure().message()).contains("'work' (#4)").contains("3rd");
		assertThat(result.timers()).isEmpty();
	}

	@Test
	void onlyOneAttemptMeansNoRetry() {
		Scenario scenario = retried(RetryPolicy.of(1, Duration.ofSeconds(10)));
		scenario.start();
		assertThat(scenario.step(failed(0, "1st")).status()).isEqualTo(InstanceStatus.FAILED);
	}

	@Test
	void pausesGrowByTheCoefficientFromTheFirstRetryOn() {
		assertThat(pauses(RetryPolicy.of(5, Duration.ofSeconds(10)).backoff(1.5))).containsExactly(
				Duration.ofSeconds(10), Duration.ofSeconds(15), Duration.ofMillis(22_500), Duration.ofMillis(33_750));
		assertThat(pauses(THREE)).containsExactly(Duration.ofSeconds(10), Duration.ofSeconds(10));
	}

	@Test
	void noPauseIsLongerThanTheLongest() {
		assertThat(pauses(RetryPolicy.of(5, Duration.ofSeconds(10)).backoff(2).maxInterval(Duration.ofSeconds(25))))
			.containsExactly(Duration.ofSeconds(10), Duration.ofSeconds(20), Duration.ofSeconds(25),
					Duration.ofSeconds(25));
	}

	@Test
	void pausesThatGrowBeyondAllMeasureStayFinite() {
		RetryPolicy endless = RetryPolicy.of(Integer.MAX_VALUE, Duration.ofDays(10)).backoff(1e9);
		Scenario scenario = retried(endless);
		scenario.start();
		scenario.step(failed(0, "1st"));
		scenario.step(fired(1));
		StepResult result = scenario.step(failed(2, "2nd"));
		assertThat(result.status()).isEqualTo(InstanceStatus.RUNNING);
		assertThat(result.timers().get(0).fireAt()).isAfter(Instant.parse("2300-01-01T00:00:00Z"));
	}

	@Test
	void noAttemptBeginsAfterTheTimeout() {
		// The clock of a scenario goes on by a second with each step.
		Scenario inTime = retried(THREE.timeout(Duration.ofSeconds(11)));
		inTime.start();
		assertThat(inTime.step(failed(0, "1st")).timers()).hasSize(1);
		inTime.step(fired(1));
		assertThat(inTime.step(failed(2, "2nd")).failure().message()).contains("2nd");

		Scenario tooLate = retried(THREE.timeout(Duration.ofMillis(10_999)));
		tooLate.start();
		assertThat(tooLate.step(failed(0, "1st")).status()).isEqualTo(InstanceStatus.FAILED);
	}

	@Test
	void aTimeoutWithoutEndIsNone() {
		assertThat(pauses(THREE.timeout(Duration.ofSeconds(Long.MAX_VALUE)).maxInterval(Duration.ofDays(999_999_999))))
			.hasSize(2);
		assertThat(pauses(RetryPolicy.of(2, Duration.ofSeconds(Long.MAX_VALUE)))).hasSize(1);
	}

	@Test
	void jitterShortensPausesByAFractionThatIsTheSameOnReplay() {
		List<Duration> pauses = pauses(RetryPolicy.of(30, Duration.ofSeconds(100)).jitter(0.3));
		assertThat(pauses).hasSize(29)
			.allSatisfy((pause) -> assertThat(pause).isBetween(Duration.ofSeconds(70), Duration.ofSeconds(100)))
			.doesNotHaveDuplicates();
		assertThat(pauses(RetryPolicy.of(30, Duration.ofSeconds(100)).jitter(0.3))).isEqualTo(pauses);
		assertThat(pauses(RetryPolicy.of(30, Duration.ofSeconds(100)).jitter(1)))
			.allSatisfy((pause) -> assertThat(pause).isLessThanOrEqualTo(Duration.ofSeconds(100)));
	}

	@Test
	void jitterDiffersBetweenCallsThatFailTogether() {
		Scenario scenario = Scenario.of((ctx) -> {
			OrchestrationContext retrying = ctx.withOptions(CallOptions.retry(THREE.jitter(0.5)));
			return ctx.allOf(List.of(work(retrying), work(retrying), work(retrying))).await();
		});
		scenario.start();
		assertThat(scenario.step(failed(0, "x"), failed(1, "x"), failed(2, "x")).timers())
			.extracting(StepResult.Timer::fireAt)
			.doesNotHaveDuplicates();
	}

	@Test
	void aPauseOfZeroTriesAgainAtOnce() {
		Scenario scenario = retried(RetryPolicy.of(3, Duration.ZERO).backoff(2).jitter(0.5));
		scenario.start();
		StepResult again = scenario.step(failed(0, "1st"));
		assertThat(again.timers()).isEmpty();
		assertThat(again.messages()).singleElement().extracting("taskId").isEqualTo(1);
		scenario.step(failed(1, "2nd"));
		assertThat(scenario.step(completed(2, "done")).output()).isEqualTo(Payload.of("\"done\""));
	}

	@Test
	void aFailureThatIsNotRetryableEndsTheAttempts() {
		Scenario scenario = retried(THREE);
		scenario.start();
		StepResult result = scenario.step(new TaskFailed(START, 0, FailureDetails.of("Invalid", "no such customer")));
		assertThat(result.status()).isEqualTo(InstanceStatus.FAILED);
		assertThat(result.timers()).isEmpty();
	}

	@Test
	void typesThatAreNotRetriedEndTheAttemptsSubtypesIncluded() {
		RetryPolicy policy = THREE.notOn(IOException.class).notOn(IllegalStateException.class);
		for (Throwable failure : List.of(new IOException("x"), new FileNotFoundException("x"),
				new IllegalStateException("x"))) {
			Scenario scenario = retried(policy);
			scenario.start();
			assertThat(scenario.step(failedWith(0, failure)).status()).isEqualTo(InstanceStatus.FAILED);
		}
		Scenario other = retried(policy);
		other.start();
		assertThat(other.step(failedWith(0, new IllegalArgumentException("x"))).timers()).hasSize(1);
	}

	@Test
	void aTypeThatThisNodeDoesNotKnowIsComparedByName() {
		RetryPolicy policy = new RetryPolicy(3, Duration.ofSeconds(1), 1, null, null, 0, Set.of("elsewhere.Broken"));
		Scenario scenario = retried(policy);
		scenario.start();
		FailureDetails unknown = new FailureDetails("elsewhere.Broken", "x", null, false, null, Map.of());
		assertThat(scenario.step(new TaskFailed(START, 0, unknown)).status()).isEqualTo(InstanceStatus.FAILED);
	}

	@Test
	void attemptsAreVisibleInHistory() {
		Scenario scenario = retried(THREE);
		scenario.start();
		scenario.step(failed(0, "1st"));
		scenario.step(fired(1));
		assertThat(scenario.history()).filteredOn(TaskScheduled.class::isInstance)
			.extracting((event) -> ((TaskScheduled) event).attempt())
			.containsExactly(new Attempt(1, 0, THREE), new Attempt(2, 0, null));
		assertThat(scenario.history()).filteredOn(TimerCreated.class::isInstance)
			.extracting((event) -> ((TimerCreated) event).retryOf())
			.containsExactly(0);
		assertThat(scenario.history()).extracting((event) -> event.entry(0).attempt())
			.filteredOn((number) -> number != null)
			.containsExactly(1, 2);
	}

	@Test
	void aCallThatIsNeverTriedAgainSaysNothingOfAttempts() {
		Scenario scenario = Scenario.of((ctx) -> work(ctx).await());
		scenario.start();
		assertThat(scenario.history()).filteredOn(TaskScheduled.class::isInstance)
			.extracting((event) -> ((TaskScheduled) event).attempt())
			.containsExactly((Attempt) null);
	}

	@Test
	void aRunningCallKeepsThePolicyItBeganWith() {
		Scenario scenario = retried(THREE);
		scenario.start();
		scenario.deploy((ctx) -> work(ctx, RetryPolicy.of(9, Duration.ofDays(1)).notOn(IOException.class)).await());
		assertThat(scenario.step(failed(0, "1st")).timers())
			.containsExactly(new StepResult.Timer(1, START.plusSeconds(2 + 10)));
		scenario.deploy((ctx) -> work(ctx).await());
		scenario.step(fired(1));
		scenario.step(failed(2, "2nd"));
		scenario.step(fired(3));
		assertThat(scenario.step(failed(4, "3rd")).status()).isEqualTo(InstanceStatus.FAILED);
	}

	@Test
	void aRunningCallWithoutAPolicyGetsNoneFromADeployment() {
		Scenario scenario = Scenario.of((ctx) -> work(ctx).await());
		scenario.start();
		scenario.deploy((ctx) -> work(ctx, THREE).await());
		assertThat(scenario.step(failed(0, "1st")).status()).isEqualTo(InstanceStatus.FAILED);
	}

	@Test
	void allOfWaitsForEveryRetriedCall() {
		Scenario scenario = Scenario
			.of((ctx) -> ctx.allOf(List.of(work(ctx, THREE), work(ctx, THREE), work(ctx))).await());
		scenario.start();
		scenario.step(failed(1, "x"), completed(2, "c"), failed(0, "x"));
		scenario.step(fired(3), fired(4));
		scenario.step(completed(6, "a"));
		assertThat(scenario.step(completed(5, "b")).output()).isEqualTo(Payload.of("[\"a\",\"b\",\"c\"]"));
	}

	@Test
	void anyOfIsDoneWhenTheLastAttemptOfACallIs() {
		Scenario scenario = Scenario.of((ctx) -> {
			Task<String> retried = work(ctx, THREE);
			Task<String> other = ctx.callActivity("other", null, String.class);
			return (ctx.anyOf(List.of(retried, other)).await() == retried) ? "retried" : "other";
		});
		scenario.start();
		assertThat(scenario.step(failed(0, "x")).status()).isEqualTo(InstanceStatus.RUNNING);
		assertThat(scenario.step(fired(2), completed(3, "done"), completed(1, "late")).output())
			.as("the second attempt has begun only in this batch")
			.isEqualTo(Payload.of("\"other\""));
	}

	@Test
	void aFailureCanBeCaughtOnceAllAttemptsAreUsedUp() {
		Scenario scenario = Scenario.of((ctx) -> {
			try {
				return work(ctx, RetryPolicy.of(2, Duration.ofSeconds(1))).await();
			}
			catch (TaskFailedException ex) {
				return ex.failure().message();
			}
		});
		scenario.start();
		scenario.step(failed(0, "1st"));
		scenario.step(fired(1));
		assertThat(scenario.step(failed(2, "2nd")).output()).isEqualTo(Payload.of("\"2nd\""));
	}

	@Test
	void terminatingBetweenAttemptsRemovesThePause() {
		Scenario scenario = retried(THREE);
		scenario.start();
		scenario.step(failed(0, "1st"));
		StepResult result = scenario.step(new ExecutionTerminated(START, "enough", true), fired(1));
		assertThat(result.status()).isEqualTo(InstanceStatus.TERMINATED);
		assertThat(result.messages()).isEmpty();
	}

	@Test
	void aPauseThatIsStillOpenIsRemovedWhenTheInstanceEnds() {
		Scenario scenario = Scenario.of((ctx) -> {
			work(ctx, THREE);
			return ctx.callActivity("other", null, String.class).await();
		});
		scenario.start();
		scenario.step(failed(0, "1st"));
		assertThat(scenario.step(completed(1, "x")).removedTimers()).containsExactly(2);
	}

	@Test
	void aRetryThatIsDueWhileSuspendedBeginsWhenResumed() {
		Scenario scenario = retried(THREE);
		scenario.start();
		scenario.step(failed(0, "1st"));
		scenario.step(new ExecutionSuspended(START, null, null));
		assertThat(scenario.step(fired(1)).messages()).isEmpty();
		assertThat(scenario.step(new ExecutionResumed(START, null)).messages()).hasSize(1);
		assertThat(scenario.step(completed(2, "done")).output()).isEqualTo(Payload.of("\"done\""));
	}

	@Test
	void eachAttemptOfASubOrchestrationIsAnInstanceOfItsOwnUnlessTheCallBringsAnId() {
		for (String id : new String[] { null, "mine" }) {
			CallOptions options = new CallOptions(THREE, null, id, null, Map.of("k", "v"));
			Scenario scenario = Scenario
				.of((ctx) -> ctx.withOptions(options).callSubOrchestrator("child", "in", String.class).await());
			StepResult first = scenario.start();
			scenario.step(childFailed(0, new FailureDetails("X", "x", null, false, null, Map.of())));
			StepResult second = scenario.step(fired(1));
			assertThat(List.of(first.starts().get(0).instanceId(), second.starts().get(0).instanceId()))
				.isEqualTo((id == null) ? List.of("execution:0", "execution:2") : List.of("mine", "mine"));
			assertThat(second.starts().get(0).started().parent().taskId()).isEqualTo(2);
			assertThat(second.starts().get(0).started().tags()).isEqualTo(Map.of("k", "v"));
			assertThat(scenario.step(Scenario.childCompleted(2, "done")).output()).isEqualTo(Payload.of("\"done\""));
		}
	}

	@Test
	void noAttemptBeginsBehindTheTimeoutHoweverLongThePauseWas() {
		Scenario scenario = retried(THREE.timeout(Duration.ofSeconds(60)));
		scenario.start();
		assertThat(scenario.step(failed(0, "1st")).timers()).hasSize(1);
		scenario.clock(Scenario.START.plusSeconds(120));
		StepResult result = scenario.step(fired(1));
		assertThat(result.messages()).isEmpty();
		assertThat(result.failure().message()).contains("1st");
	}

	/** The pauses of a call that never succeeds. */
	private static List<Duration> pauses(RetryPolicy policy) {
		Scenario scenario = retried(policy);
		StepResult result = scenario.start();
		List<Duration> pauses = new ArrayList<>();
		int attempt = 0;
		while (true) {
			result = scenario.step(failed(attempt, "x"));
			if (result.status().isFinished()) {
				return pauses;
			}
			Instant now = ((HistoryEvent.OrchestratorStarted) result.events().get(0)).timestamp();
			pauses.add(Duration.between(now, result.timers().get(0).fireAt()));
			scenario.step(fired(attempt + 1));
			attempt += 2;
		}
	}

	private static Scenario retried(RetryPolicy policy) {
		return Scenario.of((ctx) -> work(ctx, policy).await());
	}

	private static Task<String> work(OrchestrationContext ctx, RetryPolicy policy) {
		return work(ctx.withOptions(CallOptions.retry(policy)));
	}

	private static Task<String> work(OrchestrationContext ctx) {
		return ctx.callActivity("work", "in", String.class);
	}

	private static TaskFailed failedWith(int taskId, Throwable failure) {
		return new TaskFailed(START, taskId, FailureDetails.of(failure, false));
	}

}
