package io.durablespring.engine;

import io.durablespring.InstanceStatus;
import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent.Completion;
import io.durablespring.history.HistoryEvent.ExecutionResumed;
import io.durablespring.history.HistoryEvent.ExecutionSuspended;
import io.durablespring.history.HistoryEvent.ExecutionTerminated;
import org.junit.jupiter.api.Test;

import static io.durablespring.engine.Scenario.START;
import static io.durablespring.engine.Scenario.completed;
import static io.durablespring.engine.Scenario.started;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Suspending, resuming and terminating.
 */
class LifecycleTests {

	private static final ExecutionSuspended SUSPEND = new ExecutionSuspended(START, "hold on", null);

	private static final ExecutionResumed RESUME = new ExecutionResumed(START, "go on");

	private static final ExecutionTerminated TERMINATE = new ExecutionTerminated(START, "enough", true);

	private final Scenario scenario = Scenario.of((ctx) -> ctx.callActivity("a", null, String.class).await()
			+ ctx.callActivity("b", null, String.class).await() + ctx.callActivity("c", null, String.class).await());

	@Test
	void aSuspendedInstanceKeepsWhatArrivesAndTakesItInWhenResumed() {
		this.scenario.start();
		StepResult suspended = this.scenario.step(SUSPEND);
		assertThat(suspended.status()).isEqualTo(InstanceStatus.SUSPENDED);
		assertThat(suspended.failure().message()).isEqualTo("hold on");
		StepResult held = this.scenario.step(completed(0, "x"));
		assertThat(held.status()).isEqualTo(InstanceStatus.SUSPENDED);
		assertThat(held.messages()).isEmpty();
		StepResult resumed = this.scenario.step(RESUME);
		assertThat(resumed.status()).isEqualTo(InstanceStatus.RUNNING);
		assertThat(resumed.failure()).isNull();
		assertThat(resumed.messages()).singleElement().extracting("name").isEqualTo("b");
		this.scenario.step(completed(1, "y"));
		assertThat(this.scenario.step(completed(2, "z")).output()).isEqualTo(Payload.of("\"xyz\""));
	}

	@Test
	void suspendingAndResumingInOneBatchLosesNothing() {
		this.scenario.start();
		StepResult result = this.scenario.step(SUSPEND, completed(0, "x"), RESUME, SUSPEND);
		assertThat(result.status()).isEqualTo(InstanceStatus.SUSPENDED);
		assertThat(this.scenario.step(RESUME).messages()).singleElement().extracting("name").isEqualTo("b");
		this.scenario.step(SUSPEND, RESUME, completed(1, "y"));
		assertThat(this.scenario.step(completed(2, "z")).output()).isEqualTo(Payload.of("\"xyz\""));
	}

	@Test
	void whatArrivesTwiceWhileSuspendedIsKeptOnce() {
		this.scenario.start();
		this.scenario.step(SUSPEND, completed(0, "x"));
		assertThat(this.scenario.step(completed(0, "x")).events()).isEmpty();
		assertThat(this.scenario.step(SUSPEND).events()).isEmpty();
		assertThat(this.scenario.history()).filteredOn(Completion.class::isInstance).hasSize(1);
	}

	@Test
	void resumingWhatIsNotSuspendedMeansNothing() {
		this.scenario.start();
		assertThat(this.scenario.step(RESUME).events()).isEmpty();
	}

	@Test
	void anInstanceThatIsSuspendedBeforeItStartsDoesNotRun() {
		assertThat(this.scenario.step(SUSPEND).status()).isEqualTo(InstanceStatus.SUSPENDED);
		assertThat(this.scenario.step(started()).messages()).isEmpty();
		assertThat(this.scenario.step(RESUME).messages()).singleElement().extracting("name").isEqualTo("a");
		assertThat(this.scenario.step(completed(0, "x")).messages()).hasSize(1);
	}

	@Test
	void terminatingEndsTheInstanceWithTheReason() {
		this.scenario.start();
		StepResult result = this.scenario.step(TERMINATE, completed(0, "x"));
		assertThat(result.status()).isEqualTo(InstanceStatus.TERMINATED);
		assertThat(result.failure().message()).isEqualTo("enough", true);
		assertThat(result.messages()).isEmpty();
	}

	@Test
	void aSuspendedInstanceCanBeTerminated() {
		this.scenario.start();
		this.scenario.step(SUSPEND);
		assertThat(this.scenario.step(TERMINATE).status()).isEqualTo(InstanceStatus.TERMINATED);
	}

	@Test
	void anInstanceCanBeTerminatedBeforeItStarts() {
		StepResult result = this.scenario.step(TERMINATE);
		assertThat(result.status()).isEqualTo(InstanceStatus.TERMINATED);
		assertThat(result.events()).hasSize(2);
	}

}
