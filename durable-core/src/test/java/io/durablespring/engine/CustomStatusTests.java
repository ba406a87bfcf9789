package io.durablespring.engine;

import io.durablespring.InstanceStatus;
import io.durablespring.Payload;
import io.durablespring.PayloadException;
import io.durablespring.history.HistoryEvent.ExecutionSuspended;
import io.durablespring.history.HistoryEvent.ExecutionTerminated;
import org.junit.jupiter.api.Test;

import static io.durablespring.engine.RewindTests.REWIND;
import static io.durablespring.engine.RewindTests.call;
import static io.durablespring.engine.Scenario.START;
import static io.durablespring.engine.Scenario.completed;
import static io.durablespring.engine.Scenario.failed;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What code says of itself.
 */
class CustomStatusTests {

	@Test
	void theStatusIsThatOfTheLastCallInTheStep() {
		Scenario scenario = Scenario.of((ctx) -> {
			ctx.setCustomStatus("first");
			ctx.setCustomStatus("second");
			call(ctx, "a").await();
			ctx.setCustomStatus(3);
			return call(ctx, "b").await();
		});
		assertThat(scenario.start().customStatus()).isEqualTo(status("\"second\""));
		assertThat(scenario.step(completed(0, "x")).customStatus()).isEqualTo(status("3"));
		assertThat(scenario.step(completed(1, "x")).customStatus()).isEqualTo(status("3"));
	}

	@Test
	void codeThatSaysNothingLeavesWhatIsStored() {
		Scenario scenario = Scenario.of((ctx) -> call(ctx, "a").await());
		assertThat(scenario.start().customStatus()).isNull();
		assertThat(scenario.step(completed(0, "x")).customStatus()).isNull();
	}

	@Test
	void nullClearsTheStatus() {
		Scenario scenario = Scenario.of((ctx) -> {
			ctx.setCustomStatus("busy");
			call(ctx, "a").await();
			ctx.setCustomStatus(null);
			return null;
		});
		scenario.start();
		assertThat(scenario.step(completed(0, "x")).customStatus()).isEqualTo(new StepResult.CustomStatus(null));
	}

	@Test
	void theStatusIsNoPartOfHistory() {
		Scenario scenario = Scenario.of((ctx) -> {
			ctx.setCustomStatus("busy");
			return call(ctx, "a").await();
		});
		scenario.start();
		assertThat(scenario.history()).hasSize(3);
		scenario.deploy((ctx) -> call(ctx, "a").await());
		assertThat(scenario.step(completed(0, "x")).status()).isEqualTo(InstanceStatus.COMPLETED);
	}

	@Test
	void theStatusStaysWhenTheInstanceEndsOrIsHeld() {
		Scenario failing = Scenario.of((ctx) -> {
			ctx.setCustomStatus("busy");
			return call(ctx, "a").await();
		});
		failing.start();
		assertThat(failing.step(new ExecutionSuspended(START, null, null)).customStatus())
			.isEqualTo(status("\"busy\""));
		assertThat(failing.step(new ExecutionTerminated(START, null, true)).customStatus())
			.isEqualTo(status("\"busy\""));
	}

	@Test
	void aRewoundExecutionSaysAgainWhatItSaidBeforeTheFailure() {
		Scenario scenario = Scenario.of((ctx) -> {
			ctx.setCustomStatus("working");
			try {
				return call(ctx, "a").await();
			}
			finally {
				ctx.setCustomStatus("over");
			}
		});
		scenario.start();
		assertThat(scenario.step(failed(0, "broken")).customStatus()).isEqualTo(status("\"over\""));
		assertThat(scenario.rewind(REWIND).customStatus()).isEqualTo(status("\"working\""));
	}

	@Test
	void aStatusOfSixteenKilobytesFitsAndALargerOneIsAnError() {
		// Two of the 8,192 characters are the quotation marks of JSON.
		assertThat(Scenario.of((ctx) -> {
			ctx.setCustomStatus("x".repeat(8_190));
			return null;
		}).start().status()).isEqualTo(InstanceStatus.COMPLETED);
		StepResult tooLarge = Scenario.of((ctx) -> {
			try {
				ctx.setCustomStatus("x".repeat(8_191));
				return "fits";
			}
			catch (PayloadException ex) {
				return ex.getMessage();
			}
		}).start();
		assertThat(tooLarge.output().json()).contains("8,192 characters");
		assertThat(tooLarge.customStatus()).isNull();
	}

	@Test
	void aStatusThatCannotBeSerialisedIsAnErrorAtTheCall() {
		StepResult result = Scenario.of((ctx) -> {
			ctx.setCustomStatus(new Object());
			return null;
		}).start();
		assertThat(result.status()).isEqualTo(InstanceStatus.FAILED);
		assertThat(result.failure().type()).isEqualTo(PayloadException.class.getName());
	}

	private static StepResult.CustomStatus status(String json) {
		return new StepResult.CustomStatus(Payload.of(json));
	}

}
