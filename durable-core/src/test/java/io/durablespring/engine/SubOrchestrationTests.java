package io.durablespring.engine;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Map;

import io.durablespring.CallOptions;
import io.durablespring.FailureDetails;
import io.durablespring.InstanceAlreadyExistsException;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.ParentInstance;
import io.durablespring.Payload;
import io.durablespring.PayloadException;
import io.durablespring.StartOptions;
import io.durablespring.Task;
import io.durablespring.TaskFailedException;
import io.durablespring.TypeRef;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.history.HistoryEvent.ExecutionTerminated;
import io.durablespring.history.HistoryEvent.OrchestrationStartRequested;
import io.durablespring.history.HistoryEvent.SubOrchestrationInstanceFailed;
import io.durablespring.history.Message;
import org.junit.jupiter.api.Test;

import static io.durablespring.engine.Scenario.START;
import static io.durablespring.engine.Scenario.childCompleted;
import static io.durablespring.engine.Scenario.childFailed;
import static io.durablespring.engine.Scenario.completed;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Calling orchestrators, which run as instances of their own, and starting some without
 * waiting for them.
 */
class SubOrchestrationTests {

	private static final ParentInstance PARENT = new ParentInstance("boss", "boss-execution", 7);

	@Test
	void aSubOrchestrationIsStartedAndItsResultIsAwaited() {
		Scenario scenario = Scenario.of((ctx) -> ctx.callSubOrchestrator("child", "in", String.class).await() + "!");
		StepResult result = scenario.start();
		assertThat(result.status()).isEqualTo(InstanceStatus.RUNNING);
		assertThat(result.messages()).isEmpty();
		StepResult.Start start = onlyStart(result);
		assertThat(start.startAt()).isNull();
		assertThat(start.started()).isEqualTo(new ExecutionStarted(START.plusSeconds(1), "child", null,
				Payload.of("\"in\""), Map.of(), new ParentInstance("instance", "execution", 0)));
		StepResult end = scenario.step(childCompleted(0, "out"));
		assertThat(end.output()).isEqualTo(Payload.of("\"out!\""));
		assertThat(end.starts()).isEmpty();
	}

	@Test
	void aSubOrchestrationIsCalledByMethodReference() {
		Scenario scenario = Scenario.of((ctx) -> {
			ctx.callSubOrchestrator(Flows::run).await();
			ctx.callSubOrchestrator(Flows::take, "in").await();
			return ctx.callSubOrchestrator(Flows::twice, "in").await() + ctx.callSubOrchestrator(Flows::count).await();
		});
		assertThat(onlyStart(scenario.start()).started().name()).isEqualTo("run");
		assertThat(onlyStart(scenario.step(childCompleted(0, null))).started().input()).isEqualTo(Payload.of("\"in\""));
		scenario.step(childCompleted(1, null));
		scenario.step(childCompleted(2, "twice"));
		assertThat(scenario.step(childCompleted(3, 3)).output()).isEqualTo(Payload.of("\"twice3\""));
	}

	@Test
	void aResultMayHaveAGenericTypeOrBeIgnored() {
		Scenario scenario = Scenario.of((ctx) -> {
			ctx.callSubOrchestrator("child", null, Void.class).await();
			return ctx.callSubOrchestrator("child", null, new TypeRef<String>() {
			}).await();
		});
		scenario.start();
		scenario.step(childCompleted(0, "ignored"));
		assertThat(scenario.step(childCompleted(1, "typed")).output()).isEqualTo(Payload.of("\"typed\""));
	}

	@Test
	void eachCallGetsAnIdOfItsOwnThatComesFromTheExecution() {
		Scenario scenario = Scenario.of((ctx) -> {
			ctx.callSubOrchestrator("child", null, String.class);
			ctx.callSubOrchestrator("child", null, String.class);
			return ctx.callActivity("a", null, String.class).await();
		});
		assertThat(scenario.start().starts()).extracting(StepResult.Start::instanceId)
			.containsExactly("execution:0", "execution:1");
	}

	@Test
	void aCallMayBringAnId() {
		Scenario scenario = Scenario.of((ctx) -> child(ctx, CallOptions.defaults().instanceId("order-1-bill")).await());
		assertThat(onlyStart(scenario.start()).instanceId()).isEqualTo("order-1-bill");
	}

	@Test
	void anIllegalIdIsAnErrorAtTheCall() {
		for (String id : List.of("", "@x", "a/b", "a\\b", "a#b", "a?b", "a\u0007b", "x".repeat(257))) {
			StepResult result = Scenario.of((ctx) -> child(ctx, CallOptions.defaults().instanceId(id)).await()).start();
			assertThat(result.failure().type()).isEqualTo(IllegalArgumentException.class.getName());
			assertThat(result.starts()).isEmpty();
		}
	}

	@Test
	void theIdOfTheInstanceItselfOrItsParentIsAnErrorAtTheCall() {
		for (String id : List.of("instance", "boss")) {
			Scenario call = Scenario.of((ctx) -> child(ctx, CallOptions.defaults().instanceId(id)).await());
			assertThat(call.step(started(null, Map.of(), PARENT)).failure().message()).contains("'" + id + "'",
					"this orchestration or its parent");
			Scenario start = Scenario.of((ctx) -> ctx.startOrchestrator("other", null, StartOptions.instanceId(id)));
			assertThat(start.step(started(null, Map.of(), PARENT)).failure().message()).contains("'" + id + "'");
		}
	}

	@Test
	void whenAnUnfinishedInstanceHasTheIdTheCallFailsAndCanBeCaught() {
		Scenario scenario = Scenario.of((ctx) -> {
			try {
				return child(ctx, CallOptions.defaults().instanceId("taken")).await();
			}
			catch (TaskFailedException ex) {
				return ex.failure().isCausedBy(InstanceAlreadyExistsException.class) ? "taken" : ex.getMessage();
			}
		});
		SubOrchestrationInstanceFailed ifTaken = (SubOrchestrationInstanceFailed) onlyStart(scenario.start()).ifTaken();
		assertThat(ifTaken.failure().message()).contains("taken");
		assertThat(scenario.step(ifTaken).output()).isEqualTo(Payload.of("\"taken\""));
	}

	@Test
	void tagsAreInheritedAndTheChildsOwnWin() {
		Scenario scenario = Scenario
			.of((ctx) -> child(ctx, CallOptions.defaults().tag("region", "north").tag("step", "2")).await());
		StepResult result = scenario.step(started(null, Map.of("region", "south", "customer", "7"), null));
		assertThat(onlyStart(result).started().tags())
			.isEqualTo(Map.of("region", "north", "customer", "7", "step", "2"));
	}

	@Test
	void anOrchestrationKnowsItsParentTagsAndName() {
		Scenario scenario = Scenario.of((ctx) -> {
			assertThat(ctx.info().tags()).isEqualTo(Map.of("k", "v"));
			assertThat(ctx.info().parent()).isEqualTo(PARENT);
			return ctx.info().name() + " " + ctx.info().instanceId() + " " + ctx.info().version();
		});
		assertThat(scenario.step(started("2.0", Map.of("k", "v"), PARENT)).output())
			.isEqualTo(Payload.of("\"Orchestrator instance 2.0\""));
		assertThat(Scenario.of((ctx) -> String.valueOf(ctx.info().parent())).start().output())
			.isEqualTo(Payload.of("\"null\""));
	}

	@Test
	void aCallMayBringAVersion() {
		Scenario scenario = Scenario.of((ctx) -> child(ctx, CallOptions.defaults().version("1.5")).await());
		assertThat(onlyStart(scenario.step(started("2.0", Map.of(), null))).started().version()).isEqualTo("1.5");
	}

	@Test
	void aFailedSubOrchestrationFailsItsTaskWithTheWholeChainOfCauses() {
		FailureDetails root = FailureDetails.of(new FileNotFoundException("no file"), false);
		FailureDetails details = new FailureDetails(TaskFailedException.class.getName(), "task failed", null, false,
				root, Map.of("k", "v"));
		Scenario scenario = Scenario.of((ctx) -> {
			try {
				return child(ctx, CallOptions.defaults()).await();
			}
			catch (TaskFailedException ex) {
				assertThat(ex.failure()).isEqualTo(details);
				assertThat(ex.failure().cause().isCausedBy(IOException.class)).isTrue();
				throw ex;
			}
		});
		scenario.start();
		StepResult result = scenario.step(childFailed(0, details));
		assertThat(result.status()).isEqualTo(InstanceStatus.FAILED);
		assertThat(result.failure().message()).isEqualTo("Task 'child' (#0) failed with an unhandled exception: "
				+ "io.durablespring.TaskFailedException: task failed");
		assertThat(result.failure().cause()).isEqualTo(details);
	}

	@Test
	void aResultOfAnotherTypeFailsThatTaskOnly() {
		Scenario scenario = Scenario.of((ctx) -> {
			try {
				return ctx.callSubOrchestrator("child", null, Integer.class).await();
			}
			catch (PayloadException ex) {
				return ex.getMessage();
			}
		});
		scenario.start();
		assertThat(scenario.step(childCompleted(0, "many")).output().json()).contains("'child' (#0)");
	}

	@Test
	void anOutcomeThatComesTwiceIsTakenOnce() {
		Scenario scenario = Scenario
			.of((ctx) -> child(ctx, CallOptions.defaults()).await() + child(ctx, CallOptions.defaults()).await());
		scenario.start();
		scenario.step(childCompleted(0, "x"), childFailed(0, FailureDetails.of("late", "late")));
		assertThat(scenario.step(childCompleted(0, "x")).events()).isEmpty();
		assertThat(scenario.step(childCompleted(1, "y")).output()).isEqualTo(Payload.of("\"xy\""));
	}

	@Test
	void theOutcomeOfAnActivityIsNotThatOfASubOrchestration() {
		Scenario scenario = Scenario.of((ctx) -> child(ctx, CallOptions.defaults()).await());
		scenario.start();
		assertThat(scenario.step(completed(0, "x")).events()).isEmpty();
	}

	@Test
	void terminatingRecursivelyTerminatesTheOpenSubOrchestrationsOnly() {
		Scenario scenario = threeChildren();
		scenario.start();
		scenario.step(childCompleted(1, "done"));
		ExecutionTerminated terminate = new ExecutionTerminated(START, "enough", true);
		StepResult result = scenario.step(terminate);
		assertThat(result.messages()).containsExactly(
				new Message.ToOrchestration("execution:0:terminate", "execution:0", null, terminate),
				new Message.ToOrchestration("execution:2:terminate", "mine", null, terminate));
	}

	@Test
	void aSubOrchestrationThatEndsInTheSameBatchIsNotTerminated() {
		Scenario scenario = threeChildren();
		scenario.start();
		StepResult result = scenario.step(new ExecutionTerminated(START, "enough", true), childCompleted(0, "done"),
				childCompleted(1, "done"), childCompleted(2, "done"));
		assertThat(result.status()).isEqualTo(InstanceStatus.TERMINATED);
		assertThat(result.messages()).isEmpty();
	}

	@Test
	void aSubOrchestrationThatStartsInTheStepOfItsParentsTerminationIsTerminatedAsWell() {
		Scenario scenario = Scenario.of((ctx) -> child(ctx, CallOptions.defaults()).await());
		StepResult result = scenario.step(Scenario.started(), new ExecutionTerminated(START, "enough", true));
		assertThat(result.starts()).hasSize(1);
		assertThat(result.messages()).extracting(Message::id).containsExactly("execution:0:terminate");
	}

	@Test
	void terminatingAloneLeavesSubOrchestrationsRunning() {
		Scenario scenario = threeChildren();
		scenario.start();
		assertThat(scenario.step(new ExecutionTerminated(START, "enough", false)).messages()).isEmpty();
	}

	@Test
	void anInstanceThatEndsByItselfLeavesItsSubOrchestrationsRunning() {
		Scenario scenario = Scenario.of((ctx) -> {
			child(ctx, CallOptions.defaults());
			return "done";
		});
		StepResult result = scenario.start();
		assertThat(result.status()).isEqualTo(InstanceStatus.COMPLETED);
		assertThat(result.starts()).hasSize(1);
		assertThat(result.messages()).isEmpty();
	}

	@Test
	void anOrchestrationIsStartedWithoutWaitingForIt() {
		Scenario scenario = Scenario.of((ctx) -> {
			StartOptions later = StartOptions.instanceId("own").at(ctx.now().plusSeconds(60)).tag("k", "2");
			String made = ctx.startOrchestrator("other", "in", StartOptions.defaults());
			String own = ctx.startOrchestrator("other", null, later.version("3"));
			return made + " " + own + ctx.callActivity("a", null, String.class).await();
		});
		StepResult result = scenario.step(started("2", Map.of("k", "1", "l", "1"), PARENT));
		assertThat(result.starts()).containsExactly(
				new StepResult.Start("execution:0",
						new ExecutionStarted(START.plusSeconds(1), "other", null, Payload.of("\"in\""),
								Map.of("k", "1", "l", "1"), null),
						null, null),
				new StepResult.Start("own", new ExecutionStarted(START.plusSeconds(1), "other", "3", null,
						Map.of("k", "2", "l", "1"), null), START.plusSeconds(61), null));
		assertThat(result.events()).filteredOn(OrchestrationStartRequested.class::isInstance).hasSize(2);
		StepResult end = scenario.step(completed(2, "!"));
		assertThat(end.output()).isEqualTo(Payload.of("\"execution:0 own!\""));
		assertThat(end.starts()).isEmpty();
	}

	@Test
	void whatWasStartedWithoutWaitingIsNotTerminatedWithTheStarter() {
		Scenario scenario = Scenario.of((ctx) -> {
			ctx.startOrchestrator("other", null, StartOptions.defaults());
			return ctx.callActivity("a", null, String.class).await();
		});
		scenario.start();
		assertThat(scenario.step(new ExecutionTerminated(START, "enough", true)).messages()).isEmpty();
	}

	@Test
	void anotherOrchestratorThanRecordedIsFound() {
		Scenario scenario = Scenario.of((ctx) -> child(ctx, CallOptions.defaults()).await());
		scenario.start();
		scenario.deploy((ctx) -> ctx.callSubOrchestrator("other", null, String.class).await());
		assertThat(scenario.step(childCompleted(0, "x")).failure().message())
			.contains("SubOrchestrationInstanceCreated #0", "'child'", "'other'");
	}

	private static Task<String> child(OrchestrationContext ctx, CallOptions options) {
		return ctx.withOptions(options).callSubOrchestrator("child", null, String.class);
	}

	private static Scenario threeChildren() {
		return Scenario.of((ctx) -> ctx.allOf(List.of(child(ctx, CallOptions.defaults()),
				child(ctx, CallOptions.defaults()), child(ctx, CallOptions.defaults().instanceId("mine"))))
			.await());
	}

	private static ExecutionStarted started(String version, Map<String, String> tags, ParentInstance parent) {
		return new ExecutionStarted(START, "Orchestrator", version, null, tags, parent);
	}

	private static StepResult.Start onlyStart(StepResult result) {
		assertThat(result.starts()).hasSize(1);
		return result.starts().get(0);
	}

	static class Flows {

		void run(OrchestrationContext ctx) {
		}

		void take(OrchestrationContext ctx, String input) {
		}

		String twice(OrchestrationContext ctx, String input) {
			return input + input;
		}

		int count(OrchestrationContext ctx) {
			return 0;
		}

	}

}
