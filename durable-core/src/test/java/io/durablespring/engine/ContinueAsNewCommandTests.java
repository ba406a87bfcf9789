package io.durablespring.engine;

import io.durablespring.InstanceStatus;
import io.durablespring.ParentInstance;
import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent.ExecutionResumed;
import io.durablespring.history.HistoryEvent.ExecutionRewound;
import io.durablespring.history.HistoryEvent.ExecutionSuspended;
import io.durablespring.history.HistoryEvent.ExecutionTerminated;
import org.junit.jupiter.api.Test;

import static io.durablespring.engine.Scenario.START;
import static io.durablespring.engine.Scenario.completed;
import static io.durablespring.engine.Scenario.raised;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What operators ask for while an execution continues as new: it must reach the next one.
 */
class ContinueAsNewCommandTests {

	private static final ExecutionSuspended SUSPEND = new ExecutionSuspended(START, "hold on", null);

	private static final ExecutionResumed RESUME = new ExecutionResumed(START, "go on");

	private static final ExecutionTerminated TERMINATE = new ExecutionTerminated(START, "enough", true);

	private final Scenario scenario = Scenario.withInput(
			(ctx, input) -> (input == null) ? ctx.continueAsNew(ctx.callActivity("work", null, String.class).await())
					: input + ctx.waitForExternalEvent("x", String.class).await());

	@Test
	void aSuspensionInTheSameBatchHoldsTheNextExecution() {
		this.scenario.start();
		StepResult result = this.scenario.step(completed(0, "next"), SUSPEND);
		assertThat(result.status()).isEqualTo(InstanceStatus.SUSPENDED);
		assertThat(result.failure().message()).isEqualTo("hold on");
		assertThat(this.scenario.next(result).status()).isEqualTo(InstanceStatus.SUSPENDED);
		assertThat(this.scenario.step(raised("x", "!")).status()).isEqualTo(InstanceStatus.SUSPENDED);
		assertThat(this.scenario.step(RESUME).output()).isEqualTo(Payload.of("\"next!\""));
	}

	@Test
	void aSuspensionThatIsResumedBeforeTheNextExecutionStartsDoesNotHoldIt() {
		this.scenario.start();
		StepResult result = this.scenario.step(completed(0, "next"), SUSPEND, raised("x", "!"));
		this.scenario.step(RESUME);
		assertThat(this.scenario.next(result).output()).isEqualTo(Payload.of("\"next!\""));
	}

	@Test
	void suspendingAndResumingInTheSameBatchLeavesItRunning() {
		this.scenario.start();
		StepResult result = this.scenario.step(completed(0, "next"), SUSPEND, raised("x", "!"), RESUME, RESUME);
		assertThat(result.status()).isEqualTo(InstanceStatus.RUNNING);
		assertThat(result.events()).containsExactly(SUSPEND, raised("x", "!"), RESUME);
		assertThat(this.scenario.next(result).output()).isEqualTo(Payload.of("\"next!\""));
	}

	@Test
	void aTerminationInTheSameBatchEndsTheInstance() {
		this.scenario.start();
		StepResult result = this.scenario.step(completed(0, "next"), raised("x", "!"), TERMINATE, SUSPEND);
		assertThat(result.status()).isEqualTo(InstanceStatus.TERMINATED);
		assertThat(result.failure().message()).isEqualTo("enough");
		assertThat(result.continuation()).isNull();
	}

	@Test
	void aTerminationThatEndsAnExecutionOnItsWayReachesItsSubOrchestrations() {
		Scenario parent = Scenario.of((ctx) -> {
			ctx.callSubOrchestrator("child", null, String.class);
			return ctx.continueAsNew(ctx.callActivity("work", null, String.class).await());
		});
		parent.start();
		assertThat(parent.step(completed(1, "next"), TERMINATE).messages()).singleElement()
			.extracting("instanceId", "event")
			.containsExactly("execution:0", TERMINATE);
	}

	@Test
	void aTerminationThatCameFirstEndsTheInstance() {
		this.scenario.start();
		StepResult result = this.scenario.step(TERMINATE, completed(0, "next"));
		assertThat(result.status()).isEqualTo(InstanceStatus.TERMINATED);
		assertThat(result.continuation()).isNull();
	}

	@Test
	void theNextExecutionCanBeTerminatedBeforeItStarts() {
		this.scenario.start();
		this.scenario.step(completed(0, "next"));
		StepResult result = this.scenario.step(TERMINATE);
		assertThat(result.status()).isEqualTo(InstanceStatus.TERMINATED);
	}

	@Test
	void anotherParentInTheSameBatchIsTheOneThatWaits() {
		ParentInstance parent = new ParentInstance("boss", "boss-execution~0.1", 7);
		this.scenario.start();
		StepResult result = this.scenario.step(completed(0, "next"), new ExecutionRewound(START, null, parent));
		assertThat(result.newParent()).isEqualTo(parent);
		assertThat(result.continuation().started().parent()).isEqualTo(parent);
		this.scenario.next(result);
		assertThat(this.scenario.step(raised("x", "!")).output()).isEqualTo(Payload.of("\"next!\""));
	}

	@Test
	void eventsThatWereHeldWhileSuspendedGoOn() {
		this.scenario.start();
		this.scenario.step(SUSPEND, completed(0, "next"), raised("x", "1"));
		StepResult result = this.scenario.step(raised("x", "2"), RESUME, raised("x", "3"));
		assertThat(result.events()).containsExactly(raised("x", "1"), raised("x", "2"), raised("x", "3"));
		assertThat(this.scenario.next(result).output()).isEqualTo(Payload.of("\"next1\""));
	}

}
