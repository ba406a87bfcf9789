package io.durablespring.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.durablespring.ActionLimitExceededException;
import io.durablespring.InstanceStatus;
import io.durablespring.Task;
import io.durablespring.history.HistoryEvent;
import org.junit.jupiter.api.Test;

import static io.durablespring.engine.Scenario.completed;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What keeps orchestrators within bounds.
 */
class LimitTests {

	@Test
	void anExecutionThatDoesTooMuchFailsAndSaysWhy() {
		Scenario scenario = Scenario.of((ctx) -> {
			for (int i = 0; i < 11; i++) {
				ctx.callActivity("a", i, String.class);
			}
			return "done";
		}).maxActions(10);
		StepResult result = scenario.start();
		assertThat(result.status()).isEqualTo(InstanceStatus.FAILED);
		assertThat(result.failure().type()).isEqualTo(ActionLimitExceededException.class.getName());
		assertThat(result.failure().message()).contains("(10)", "continueAsNew", "durable.orchestrations.max-actions");
	}

	@Test
	void anExecutionThatDoesTooMuchFailsEvenIfTheCodeGoesOn() {
		Scenario scenario = Scenario.of((ctx) -> {
			try {
				ctx.callActivity("a", 1, String.class);
				ctx.callActivity("a", 2, String.class);
			}
			catch (ActionLimitExceededException ex) {
				return "never mind";
			}
			return "done";
		}).maxActions(1);
		assertThat(scenario.start().status()).isEqualTo(InstanceStatus.FAILED);
	}

	@Test
	void fiftyThousandTasksAreAwaitedAtOnce() {
		Scenario scenario = Scenario.of((ctx) -> {
			List<Task<Integer>> tasks = IntStream.range(0, 50_000)
				.mapToObj((i) -> ctx.callActivity("a", i, Integer.class))
				.toList();
			return ctx.allOf(tasks).await().stream().mapToInt(Integer::intValue).max().orElseThrow();
		});
		assertThat(scenario.start().messages()).hasSize(50_000);
		List<HistoryEvent> outcomes = new ArrayList<>();
		IntStream.range(0, 50_000).forEach((i) -> outcomes.add(completed(i, i)));
		StepResult result = scenario.step(outcomes.toArray(HistoryEvent[]::new));
		assertThat(result.output().json()).isEqualTo("49999");
	}

	@Test
	void aMappingMustNotWait() {
		Scenario scenario = Scenario.of((ctx) -> {
			Task<String> other = ctx.callActivity("b", null, String.class);
			return ctx.callActivity("a", null, String.class).thenApply((value) -> value + other.await()).await();
		});
		scenario.start();
		StepResult result = scenario.step(completed(1, "x"));
		assertThat(result.status()).isEqualTo(InstanceStatus.FAILED);
		assertThat(result.failure().message()).contains("must not wait");
	}

}
