package io.durablespring.engine;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.durablespring.CompositeTaskFailedException;
import io.durablespring.InstanceStatus;
import io.durablespring.Payload;
import io.durablespring.PayloadException;
import io.durablespring.Task;
import io.durablespring.TaskFailedException;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import org.junit.jupiter.api.Test;

import static io.durablespring.engine.Scenario.completed;
import static io.durablespring.engine.Scenario.failed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Calling activities, one after the other and many at once.
 */
class ActivityTests {

	@Test
	void codeThatWaitsForNothingCompletesInItsFirstStep() {
		StepResult result = Scenario.of((ctx) -> "done").start();
		assertThat(result.status()).isEqualTo(InstanceStatus.COMPLETED);
		assertThat(result.output()).isEqualTo(Payload.of("\"done\""));
		assertThat(result.messages()).isEmpty();
		assertThat(typesOf(result)).containsExactly("OrchestratorStarted", "ExecutionStarted", "ExecutionCompleted");
	}

	@Test
	void anActivityIsSentOnceAndItsResultIsAwaited() {
		Scenario scenario = Scenario.of((ctx) -> ctx.callActivity("greet", "Ann", String.class).await() + "!");
		StepResult first = scenario.start();
		assertThat(first.status()).isEqualTo(InstanceStatus.RUNNING);
		assertThat(first.messages()).containsExactly(new Message.ToActivity("execution:0", "instance", "execution", 0,
				"greet", null, Payload.of("\"Ann\"")));
		StepResult second = scenario.step(completed(0, "Hi Ann"));
		assertThat(second.output()).isEqualTo(Payload.of("\"Hi Ann!\""));
		assertThat(second.messages()).isEmpty();
	}

	@Test
	void anActivityIsCalledByMethodReference() {
		Scenario scenario = Scenario.of((ctx) -> ctx.callActivity(Greeter::greet, "Ann").await());
		assertThat(scenario.start().messages()).singleElement()
			.extracting("name", "input")
			.containsExactly("greet", Payload.of("\"Ann\""));
		assertThat(scenario.step(completed(0, "Hi")).output()).isEqualTo(Payload.of("\"Hi\""));
	}

	@Test
	void activitiesWithoutInputOrResultAreCalledByMethodReference() {
		Scenario scenario = Scenario.of((ctx) -> {
			ctx.callActivity(Greeter::hush, "Ann").await();
			ctx.callActivity(Greeter::leave).await();
			return ctx.callActivity(Greeter::count).await();
		});
		scenario.start();
		scenario.step(completed(0, null));
		scenario.step(completed(1, null));
		assertThat(scenario.step(completed(2, 7)).output()).isEqualTo(Payload.of("7"));
	}

	@Test
	void aLambdaNamesNoActivity() {
		StepResult result = Scenario
			.of((ctx) -> ctx.callActivity((Greeter greeter, String name) -> name, "Ann").await())
			.start();
		assertThat(result.status()).isEqualTo(InstanceStatus.FAILED);
		assertThat(result.failure().message()).contains("Payments::charge").contains("lambda");
	}

	@Test
	void aSequenceRunsItsCodeOnceWhileItStaysParked() {
		AtomicInteger runs = new AtomicInteger();
		Scenario scenario = Scenario.of((ctx) -> {
			runs.incrementAndGet();
			int sum = 0;
			for (int i = 0; i < 50; i++) {
				sum += ctx.callActivity("one", i, Integer.class).await();
			}
			return sum;
		});
		try (Execution parked = scenario.execution()) {
			parked.step(Scenario.START, List.of(Scenario.started()));
			StepResult result = null;
			for (int i = 0; i < 50; i++) {
				result = parked.step(Scenario.START, List.of(completed(i, 1)));
				assertThat(result.events().size()).as("a step records its own events only").isLessThanOrEqualTo(3);
			}
			assertThat(result.output()).isEqualTo(Payload.of("50"));
		}
		assertThat(runs).hasValue(1);
	}

	@Test
	void aLongSequenceGivesTheSameOnReplay() {
		Scenario scenario = Scenario.of((ctx) -> {
			int sum = 0;
			for (int i = 0; i < 40; i++) {
				sum += ctx.callActivity("one", i, Integer.class).await();
			}
			return sum;
		});
		scenario.start();
		for (int i = 0; i < 39; i++) {
			scenario.step(completed(i, 2));
		}
		assertThat(scenario.step(completed(39, 2)).output()).isEqualTo(Payload.of("80"));
	}

	@Test
	void fanInKeepsTheOrderOfTheTasksWhateverTheOrderOfTheirOutcomes() {
		Scenario scenario = fanOut(3);
		assertThat(scenario.start().messages()).hasSize(3);
		scenario.step(completed(2, "c"));
		scenario.step(completed(0, "a"));
		assertThat(scenario.step(completed(1, "b")).output()).isEqualTo(Payload.of("[\"a\",\"b\",\"c\"]"));
	}

	@Test
	void aThousandOutcomesInOneBatchAreTakenInAtOnce() {
		Scenario scenario = fanOut(1000);
		scenario.start();
		HistoryEvent[] outcomes = IntStream.range(0, 1000)
			.map((i) -> 999 - i)
			.mapToObj((i) -> completed(i, "x"))
			.toArray(HistoryEvent[]::new);
		assertThat(scenario.step(outcomes).status()).isEqualTo(InstanceStatus.COMPLETED);
	}

	@Test
	void allOfNothingIsDoneAtOnce() {
		assertThat(fanOut(0).start().output()).isEqualTo(Payload.of("[]"));
	}

	@Test
	void allOfWaitsForTheOthersAfterAFailureAndThenHasAllFailuresInTheOrderOfTheTasks() {
		List<String> seen = new ArrayList<>();
		Scenario scenario = Scenario.of((ctx) -> {
			List<Task<String>> tasks = IntStream.range(0, 3)
				.mapToObj((i) -> ctx.callActivity("work", i, String.class))
				.toList();
			try {
				return ctx.allOf(tasks).await();
			}
			catch (CompositeTaskFailedException ex) {
				seen.clear();
				ex.failures().forEach((failure) -> seen.add(failure.getMessage()));
				return ex.getMessage();
			}
		});
		scenario.start();
		assertThat(scenario.step(failed(2, "late")).status()).isEqualTo(InstanceStatus.RUNNING);
		assertThat(scenario.step(failed(0, "early")).status()).isEqualTo(InstanceStatus.RUNNING);
		StepResult result = scenario.step(completed(1, "fine"));
		assertThat(result.output().json()).contains("2 out of 3 tasks failed");
		assertThat(seen).hasSize(2);
		assertThat(seen.get(0)).contains("early");
		assertThat(seen.get(1)).contains("late");
	}

	@Test
	void anyOfIsTheFirstInHistoryNotInTheList() {
		Scenario scenario = anyOfThree();
		scenario.start();
		assertThat(scenario.step(completed(2, "c"), completed(0, "a")).output()).isEqualTo(Payload.of("\"c\""));
	}

	@Test
	void anyOfTasksThatAreDoneIsTheOneThatWasDoneFirst() {
		Scenario scenario = Scenario.of((ctx) -> {
			Task<String> first = ctx.callActivity("work", 0, String.class);
			Task<String> second = ctx.callActivity("work", 1, String.class);
			ctx.allOf(List.of(first, second)).await();
			return ctx.anyOf(List.of(first, second)).await().await();
		});
		scenario.start();
		scenario.step(completed(1, "second"));
		assertThat(scenario.step(completed(0, "first")).output()).isEqualTo(Payload.of("\"second\""));
	}

	@Test
	void anyOfATaskThatFailedIsThatTask() {
		Scenario scenario = anyOfThree();
		scenario.start();
		StepResult result = scenario.step(failed(1, "broken"));
		assertThat(result.status()).isEqualTo(InstanceStatus.FAILED);
		assertThat(result.failure().message()).contains("'work' (#1)").contains("broken");
	}

	@Test
	void anyOfNothingIsAnError() {
		StepResult result = Scenario.of((ctx) -> ctx.anyOf(List.of()).await()).start();
		assertThat(result.failure().type()).isEqualTo(IllegalArgumentException.class.getName());
	}

	@Test
	void aFailureCanBeCaught() {
		Scenario scenario = Scenario.of((ctx) -> {
			try {
				return ctx.callActivity("charge", null, String.class).await();
			}
			catch (TaskFailedException ex) {
				return ex.taskName() + "#" + ex.taskId() + ":" + ex.failure().message();
			}
		});
		scenario.start();
		assertThat(scenario.step(failed(0, "no funds")).output()).isEqualTo(Payload.of("\"charge#0:no funds\""));
	}

	@Test
	void aFailureThatNobodyCatchesFailsTheInstanceWithItsCause() {
		Scenario scenario = Scenario.of((ctx) -> ctx.callActivity("charge", null, String.class).await());
		scenario.start();
		StepResult result = scenario.step(failed(0, "no funds"));
		assertThat(result.status()).isEqualTo(InstanceStatus.FAILED);
		assertThat(result.failure().type()).isEqualTo(TaskFailedException.class.getName());
		assertThat(result.failure().cause().type()).isEqualTo("java.io.IOException");
		assertThat(result.failure().cause().message()).isEqualTo("no funds");
	}

	@Test
	void aResultOfAnotherTypeFailsThatTaskOnly() {
		Scenario scenario = Scenario.of((ctx) -> {
			try {
				return ctx.callActivity("count", null, Integer.class).await();
			}
			catch (PayloadException ex) {
				return ex.getMessage();
			}
		});
		scenario.start();
		assertThat(scenario.step(completed(0, "many")).output().json()).contains("'count' (#0)");
	}

	@Test
	void anInputThatCannotBeSerialisedFailsTheCallAndRecordsNothing() {
		Scenario scenario = Scenario.of((ctx) -> {
			try {
				ctx.callActivity("work", new Object(), Void.class);
			}
			catch (PayloadException ex) {
				ctx.callActivity("work", "instead", Void.class);
			}
			return null;
		});
		assertThat(scenario.start().messages()).singleElement().extracting("taskId").isEqualTo(0);
	}

	@Test
	void outcomesThatComeTwiceAreRecordedOnce() {
		Scenario scenario = Scenario.of((ctx) -> ctx.callActivity("a", null, String.class).await()
				+ ctx.callActivity("b", null, String.class).await());
		scenario.start();
		scenario.step(completed(0, "x"), completed(0, "x"));
		assertThat(scenario.step(completed(0, "x")).events()).isEmpty();
		assertThat(scenario.step(completed(0, "y"), completed(1, "z"), failed(1, "too late")).output())
			.isEqualTo(Payload.of("\"xz\""));
		assertThat(scenario.history()).filteredOn(HistoryEvent.Completion.class::isInstance).hasSize(2);
	}

	@Test
	void anOutcomeOfATaskThatWasNeverStartedMeansNothing() {
		Scenario scenario = Scenario.of((ctx) -> ctx.callActivity("a", null, String.class).await());
		scenario.start();
		assertThat(scenario.step(completed(7, "x")).events()).isEmpty();
	}

	@Test
	void aStartThatComesTwiceMeansNothing() {
		Scenario scenario = Scenario.of((ctx) -> ctx.callActivity("a", null, String.class).await());
		scenario.start();
		assertThat(scenario.start().events()).isEmpty();
	}

	@Test
	void aMappedTaskIsMappedWhenItsSourceIsDone() {
		Scenario scenario = Scenario.of((ctx) -> {
			Task<Integer> length = ctx.callActivity("a", null, String.class).thenApply(String::length);
			Task<String> other = ctx.callActivity("b", null, String.class);
			other.await();
			return length.isDone() ? length.await() : -1;
		});
		scenario.start();
		assertThat(scenario.step(completed(0, "four"), completed(1, "")).output()).isEqualTo(Payload.of("4"));
	}

	@Test
	void aMapperMayStartWorkAndMayFail() {
		Scenario scenario = Scenario.of((ctx) -> {
			Task<Task<String>> chained = ctx.callActivity("a", null, String.class)
				.thenApply((value) -> ctx.callActivity("b", value, String.class));
			Task<String> broken = ctx.callActivity("c", null, String.class).thenApply((value) -> {
				throw new IllegalStateException("mapper of " + value);
			});
			try {
				return broken.await();
			}
			catch (IllegalStateException ex) {
				return chained.await().await() + ex.getMessage();
			}
		});
		scenario.start();
		assertThat(scenario.step(completed(0, "x")).messages()).singleElement().extracting("name").isEqualTo("b");
		scenario.step(completed(1, "y"));
		assertThat(scenario.step(completed(2, "z")).output()).isEqualTo(Payload.of("\"zmapper of y\""));
	}

	@Test
	void isDoneTellsTheSameHoweverTheOutcomesArrive() {
		Scenario scenario = Scenario.of((ctx) -> {
			Task<String> first = ctx.callActivity("a", null, String.class);
			Task<String> second = ctx.callActivity("b", null, String.class);
			first.await();
			boolean early = second.isDone();
			second.await();
			return early + " " + second.isDone();
		});
		scenario.start();
		assertThat(scenario.step(completed(0, "x"), completed(1, "y")).output())
			.isEqualTo(Payload.of("\"false true\""));
	}

	@Test
	void aTaskOfAnotherOrchestrationIsRejected() {
		Task<?>[] foreign = new Task<?>[1];
		Scenario.of((ctx) -> {
			foreign[0] = ctx.callActivity("a", null, String.class);
			return null;
		}).start();
		StepResult result = Scenario.of((ctx) -> ctx.anyOf(List.of(foreign[0])).await()).start();
		assertThat(result.failure().message()).contains("Not a task of this orchestration");
	}

	@Test
	void aReferenceThatIsNoReferenceIsRejected() {
		Serializable text = "text";
		assertThatThrownBy(() -> MethodReference.of(text)).isInstanceOf(IllegalArgumentException.class)
			.hasMessageContaining("Payments::charge");
	}

	@Test
	void anyOfTasksThatAreMadeOfOthersIsTheOneWhosePartsWereDoneFirst() {
		Scenario scenario = Scenario.of((ctx) -> {
			Task<String> first = ctx.callActivity("a", null, String.class);
			Task<String> second = ctx.callActivity("b", null, String.class);
			ctx.callActivity("c", null, String.class).await();
			Task<String> mapped = first.thenApply((value) -> "mapped " + value);
			Task<List<String>> all = ctx.allOf(List.of(first));
			return ctx.anyOf(List.of(second, mapped)).await().await() + " "
					+ ctx.anyOf(List.of(second, all)).await().await();
		});
		scenario.start();
		scenario.step(completed(0, "x"));
		scenario.step(completed(1, "y"));
		assertThat(scenario.step(completed(2, "z")).output()).isEqualTo(Payload.of("\"mapped x [x]\""));
	}

	private static Scenario fanOut(int width) {
		return Scenario.of((ctx) -> ctx
			.allOf(IntStream.range(0, width).mapToObj((i) -> ctx.callActivity("work", i, String.class)).toList())
			.await());
	}

	private static Scenario anyOfThree() {
		return Scenario.of((ctx) -> ctx
			.anyOf(IntStream.range(0, 3).mapToObj((i) -> ctx.callActivity("work", i, String.class)).toList())
			.await()
			.await());
	}

	private static List<String> typesOf(StepResult result) {
		return result.events().stream().map((event) -> event.getClass().getSimpleName()).toList();
	}

	static class Greeter {

		String greet(String name) {
			return "Hi " + name;
		}

		void hush(String name) {
		}

		void leave() {
		}

		int count() {
			return 0;
		}

	}

}
