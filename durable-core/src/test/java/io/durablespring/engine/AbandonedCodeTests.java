package io.durablespring.engine;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.durablespring.FailureDetails;
import io.durablespring.InstanceStatus;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.ExecutionSuspended;
import io.durablespring.history.HistoryEvent.TaskCompleted;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.durablespring.engine.Scenario.completed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Code that neither waits for a task nor ends, and is given up by somebody else.
 */
class AbandonedCodeTests {

	private static final FailureDetails REASON = FailureDetails.of("OrchestratorBlocked", "It does not come back");

	private final ExecutorService steps = Executors.newCachedThreadPool();

	private final CountDownLatch blocked = new CountDownLatch(1);

	private final CountDownLatch release = new CountDownLatch(1);

	private final CountDownLatch over = new CountDownLatch(1);

	private final Scenario scenario = Scenario.of((ctx) -> {
		try {
			String result = ctx.callActivity("work", null, String.class).await();
			this.blocked.countDown();
			while (this.release.getCount() > 0) {
				// Deaf to everything.
				Thread.onSpinWait();
			}
			return ctx.callActivity("too late", result, String.class).await();
		}
		finally {
			this.over.countDown();
		}
	});

	@AfterEach
	void letThreadsGo() {
		this.release.countDown();
		this.steps.shutdownNow();
	}

	@Test
	void itsExecutionIsSuspendedWithWhatHasArrived() throws Exception {
		Execution execution = execution();
		Future<StepResult> step = blockedStep(execution);
		execution.abandon(REASON);
		StepResult result = step.get(10, TimeUnit.SECONDS);
		assertThat(result.status()).isEqualTo(InstanceStatus.SUSPENDED);
		assertThat(result.failure()).isEqualTo(REASON);
		assertThat(result.events()).hasSize(3);
		assertThat(result.events().get(1)).isInstanceOf(ExecutionSuspended.class);
		assertThat(result.events().get(2)).isInstanceOf(TaskCompleted.class);
		assertThat(execution.isOpen()).isFalse();
	}

	@Test
	void whatItDoesLaterHasNoConsequence() throws Exception {
		Execution execution = execution();
		Future<StepResult> step = blockedStep(execution);
		execution.abandon(REASON);
		StepResult result = step.get(10, TimeUnit.SECONDS);
		this.release.countDown();
		assertThat(this.over.await(10, TimeUnit.SECONDS)).isTrue();
		assertThat(result.messages()).isEmpty();
		assertThat(result.events()).hasSize(3);
	}

	@Test
	void aThreadThatIsLostInItSaysNothing() throws Exception {
		Execution execution = execution(Long.MAX_VALUE);
		Future<StepResult> step = blockedStep(execution);
		assertThat(execution.isLeftBehind()).isFalse();
		assertThat(execution.abandon(REASON)).isTrue();
		assertThat(execution.abandon(REASON)).isFalse();
		assertThat(execution.isLeftBehind()).isTrue();
		StepResult result = execution.abandoned();
		this.release.countDown();
		assertThat(this.over.await(10, TimeUnit.SECONDS)).isTrue();
		assertThatThrownBy(() -> step.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(Unwound.class);
		assertThat(result.status()).isEqualTo(InstanceStatus.SUSPENDED);
		assertThat(result.failure()).isEqualTo(REASON);
		assertThat(result.messages()).isEmpty();
		assertThat(result.events()).hasSize(3);
		assertThat(execution.isOpen()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, Long.MAX_VALUE })
	void codeThatWaitsIsLeftAlone(long unparkedHistory) {
		Execution execution = execution(unparkedHistory);
		assertThat(execution.abandon(REASON)).isFalse();
		this.release.countDown();
		StepResult result = execution.step(Scenario.START, List.of(completed(0, "done")));
		assertThat(result.status()).isEqualTo(InstanceStatus.RUNNING);
		assertThat(result.messages()).hasSize(1);
		execution.close();
	}

	@Test
	void itIsInterruptedAsLongAsItIsOnItsThread() {
		Abandonment abandonment = new Abandonment();
		abandonment.enter();
		abandonment.interrupt();
		assertThat(Thread.currentThread().isInterrupted()).isTrue();
		abandonment.leave();
		assertThat(Thread.currentThread().isInterrupted()).as("what runs here next").isFalse();
		abandonment.interrupt();
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
	}

	private Execution execution() {
		return execution(0);
	}

	private Execution execution(long unparkedHistory) {
		Execution execution = this.scenario.execution(unparkedHistory);
		execution.step(Scenario.START, List.of(Scenario.started()));
		return execution;
	}

	private Future<StepResult> blockedStep(Execution execution) throws InterruptedException {
		List<HistoryEvent> arrived = List.of(completed(0, "done"));
		Future<StepResult> step = this.steps.submit(() -> execution.step(Scenario.START, arrived));
		assertThat(this.blocked.await(10, TimeUnit.SECONDS)).isTrue();
		return step;
	}

}
