package io.durablespring.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.durablespring.CallOptions;
import io.durablespring.FailureDetails;
import io.durablespring.InstanceStatus;
import io.durablespring.Payload;
import io.durablespring.RetryHandler;
import io.durablespring.RetryPolicy;
import io.durablespring.history.Attempt;
import io.durablespring.history.HistoryEvent.TaskFailed;
import io.durablespring.history.HistoryEvent.TaskScheduled;
import org.junit.jupiter.api.Test;

import static io.durablespring.engine.Scenario.START;
import static io.durablespring.engine.Scenario.completed;
import static io.durablespring.engine.Scenario.failed;
import static io.durablespring.engine.Scenario.fired;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Code of the application that decides on retries.
 */
class RetryHandlerTests {

	private static final RetryPolicy THREE = RetryPolicy.of(3, Duration.ofSeconds(10));

	@Test
	void aHandlerAloneTriesAgainAtOnceUntilItRefuses() {
		Scenario scenario = retried(null, (failure) -> failure.lastAttempt() < 3);
		scenario.start();
		assertThat(scenario.step(failed(0, "1st")).messages()).hasSize(1);
		assertThat(scenario.step(failed(1, "2nd")).messages()).hasSize(1);
		StepResult result = scenario.step(failed(2, "3rd"));
		assertThat(result.status()).isEqualTo(InstanceStatus.FAILED);
		assertThat(result.failure().message()).contains("3rd");
		assertThat(scenario.history()).filteredOn(TaskScheduled.class::isInstance)
			.extracting((event) -> ((TaskScheduled) event).attempt())
			.containsExactly(new Attempt(1, 0, null), new Attempt(2, 0, null), new Attempt(3, 0, null));
	}

	@Test
	void aHandlerSeesWhatHasHappenedSoFar() {
		List<String> seen = new ArrayList<>();
		Scenario scenario = retried(THREE, (failure) -> {
			seen.add("%s: attempt %d failed with '%s' after %s".formatted(failure.orchestration().instanceId(),
					failure.lastAttempt(), failure.lastFailure().message(), failure.totalRetryTime()));
			return true;
		});
		scenario.start();
		scenario.step(failed(0, "1st"));
		scenario.step(fired(1));
		seen.clear();
		scenario.step(failed(2, "2nd"));
		// Replay asks for the first attempt again, a parked execution does not.
		assertThat(seen.stream().distinct()).containsExactly("instance: attempt 1 failed with '1st' after PT1S",
				"instance: attempt 2 failed with '2nd' after PT3S");
	}

	@Test
	void policyAndHandlerMustAgree() {
		Scenario refusing = retried(THREE, (failure) -> false);
		refusing.start();
		assertThat(refusing.step(failed(0, "1st")).status()).isEqualTo(InstanceStatus.FAILED);

		Scenario agreeing = retried(RetryPolicy.of(2, Duration.ofSeconds(10)), (failure) -> true);
		agreeing.start();
		assertThat(agreeing.step(failed(0, "1st")).timers()).hasSize(1);
		agreeing.step(fired(1));
		assertThat(agreeing.step(failed(2, "2nd")).status()).isEqualTo(InstanceStatus.FAILED);
	}

	@Test
	void aHandlerIsNotAskedWhereThePolicyRefuses() {
		AtomicInteger asked = new AtomicInteger();
		Scenario scenario = retried(RetryPolicy.of(1, Duration.ZERO), (failure) -> asked.incrementAndGet() > 0);
		scenario.start();
		assertThat(scenario.step(failed(0, "1st")).status()).isEqualTo(InstanceStatus.FAILED);
		assertThat(asked).hasValue(0);
	}

	@Test
	void aHandlerIsNotAskedAboutAFailureThatIsNotRetryable() {
		Scenario scenario = retried(null, (failure) -> true);
		scenario.start();
		assertThat(scenario.step(new TaskFailed(START, 0, FailureDetails.of("Invalid", "x"))).status())
			.isEqualTo(InstanceStatus.FAILED);
	}

	@Test
	void aHandlerThatThrowsFailsTheCallWithItsException() {
		Scenario scenario = retried(THREE, (failure) -> {
			throw new IllegalStateException("broken handler");
		});
		scenario.start();
		StepResult result = scenario.step(failed(0, "1st"));
		assertThat(result.status()).isEqualTo(InstanceStatus.FAILED);
		assertThat(result.failure().message()).isEqualTo("broken handler");
	}

	@Test
	void aHandlerThatWaitsIsRefused() {
		Scenario scenario = retried(null,
				(failure) -> failure.orchestration().callActivity("ask", null, String.class).await().isEmpty());
		scenario.start();
		StepResult result = scenario.step(failed(0, "1st"));
		assertThat(result.status()).isEqualTo(InstanceStatus.FAILED);
		assertThat(result.failure().message()).contains("retry handler must not wait");
	}

	@Test
	void aHandlerMayLookAtTimeAndStatus() {
		Scenario scenario = retried(null, (failure) -> {
			failure.orchestration().setCustomStatus("attempt " + failure.lastAttempt());
			return failure.orchestration().now().isBefore(START.plusSeconds(3));
		});
		scenario.start();
		assertThat(scenario.step(failed(0, "1st")).customStatus().value()).isEqualTo(Payload.of("\"attempt 1\""));
		assertThat(scenario.step(failed(1, "2nd")).status()).isEqualTo(InstanceStatus.FAILED);
	}

	@Test
	void aHandlerDecidesOnSubOrchestrationsToo() {
		Scenario scenario = Scenario
			.of((ctx) -> ctx.withOptions(CallOptions.defaults().handler((failure) -> failure.lastAttempt() < 2))
				.callSubOrchestrator("child", null, String.class)
				.await());
		scenario.start();
		FailureDetails broken = FailureDetails.of(new IllegalStateException("x"), false);
		assertThat(scenario.step(Scenario.childFailed(0, broken)).starts()).hasSize(1);
		assertThat(scenario.step(Scenario.childFailed(1, broken)).status()).isEqualTo(InstanceStatus.FAILED);
	}

	@Test
	void aHandlerThatComesWithADeploymentDoesNotAskForARunningCall() {
		Scenario scenario = Scenario.of((ctx) -> ctx.callActivity("work", null, String.class).await());
		scenario.start();
		scenario.deploy((ctx) -> ctx.withOptions(CallOptions.defaults().handler((failure) -> true))
			.callActivity("work", null, String.class)
			.await());
		assertThat(scenario.step(failed(0, "1st")).status()).isEqualTo(InstanceStatus.FAILED);
	}

	@Test
	void aSuccessAsksNobody() {
		Scenario scenario = retried(null, (failure) -> {
			throw new IllegalStateException("asked");
		});
		scenario.start();
		assertThat(scenario.step(completed(0, "done")).output()).isEqualTo(Payload.of("\"done\""));
	}

	private static Scenario retried(RetryPolicy policy, RetryHandler handler) {
		return Scenario.of((ctx) -> ctx.withOptions(new CallOptions(policy, handler, null, null, Map.of()))
			.callActivity("work", null, String.class)
			.await());
	}

}
