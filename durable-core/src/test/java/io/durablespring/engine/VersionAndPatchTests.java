package io.durablespring.engine;

import java.util.List;
import java.util.Map;

import io.durablespring.ContinueAsNewOptions;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.Payload;
import io.durablespring.Task;
import io.durablespring.TaskFailedException;
import io.durablespring.history.HistoryEvent.ExecutionResumed;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.history.HistoryEvent.ExecutionSuspended;
import io.durablespring.history.HistoryEvent.PatchMarked;
import org.junit.jupiter.api.Test;

import static io.durablespring.engine.RewindTests.REWIND;
import static io.durablespring.engine.RewindTests.call;
import static io.durablespring.engine.Scenario.START;
import static io.durablespring.engine.Scenario.completed;
import static io.durablespring.engine.Scenario.failed;
import static io.durablespring.engine.Scenario.started;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Code that changes while executions run it.
 */
class VersionAndPatchTests {

	private static final Scenario.Code OLD = (ctx) -> call(ctx, "a").await() + call(ctx, "old").await()
			+ call(ctx, "c").await();

	private static final Scenario.Code PATCHED = (ctx) -> call(ctx, "a").await()
			+ call(ctx, ctx.isPatched("p") ? "new" : "old").await() + call(ctx, "c").await();

	@Test
	void anExecutionKnowsItsVersion() {
		Scenario scenario = Scenario.of((ctx) -> ctx.info().version() + call(ctx, "a").await() + ctx.info().version());
		scenario.step(new ExecutionStarted(START, "Orchestrator", "1.2", null, Map.of(), null));
		assertThat(scenario.step(completed(0, " ")).output()).isEqualTo(Payload.of("\"1.2 1.2\""));
		assertThat(Scenario.of((ctx) -> (ctx.info().version() == null) ? "none" : "some").start().output())
			.isEqualTo(Payload.of("\"none\""));
	}

	@Test
	void newExecutionsTakeTheNewBranchAndRecordIt() {
		Scenario scenario = Scenario.of(PATCHED);
		scenario.start();
		StepResult result = scenario.step(completed(0, "x"));
		assertThat(result.events()).contains(new PatchMarked(START.plusSeconds(2), "p"));
		assertThat(result.messages()).singleElement().extracting("name", "taskId").containsExactly("new", 1);
		scenario.step(completed(1, "y"));
		assertThat(scenario.step(completed(2, "z")).output()).isEqualTo(Payload.of("\"xyz\""));
	}

	@Test
	void executionsThatHadNotComeToThePointTakeTheNewBranch() {
		Scenario scenario = Scenario.of(OLD);
		scenario.start();
		scenario.deploy(PATCHED);
		assertThat(scenario.step(completed(0, "x")).messages()).singleElement().extracting("name").isEqualTo("new");
		scenario.step(completed(1, "y"));
		assertThat(scenario.step(completed(2, "z")).output()).isEqualTo(Payload.of("\"xyz\""));
	}

	@Test
	void executionsThatWerePastThePointStayOnTheOldBranch() {
		Scenario scenario = Scenario.of(OLD);
		scenario.start();
		scenario.step(completed(0, "x"));
		scenario.deploy(PATCHED);
		assertThat(scenario.step(completed(1, "y")).messages()).singleElement().extracting("name").isEqualTo("c");
		assertThat(scenario.step(completed(2, "z")).output()).isEqualTo(Payload.of("\"xyz\""));
		assertThat(scenario.history()).noneMatch(PatchMarked.class::isInstance);
	}

	@Test
	void anExecutionThatWaitsRightBehindThePointStaysOnTheOldBranch() {
		Scenario scenario = Scenario.of((ctx) -> {
			Task<String> a = call(ctx, "a");
			return a.await();
		});
		scenario.start();
		scenario.deploy((ctx) -> {
			Task<String> a = call(ctx, "a");
			return ctx.isPatched("p") ? a.await() + call(ctx, "new").await() : a.await();
		});
		assertThat(scenario.step(completed(0, "x")).output()).isEqualTo(Payload.of("\"x\""));
	}

	@Test
	void theAnswerNeverChangesWithinAnExecution() {
		Scenario.Code loop = (ctx) -> {
			StringBuilder answers = new StringBuilder();
			for (int i = 0; i < 4; i++) {
				answers.append(ctx.isPatched("p") ? "+" : "-").append(ctx.isPatched("p") ? "+" : "-");
				call(ctx, "a").await();
			}
			return answers.toString();
		};
		Scenario before = Scenario.of((ctx) -> {
			for (int i = 0; i < 4; i++) {
				call(ctx, "a").await();
			}
			return null;
		});
		before.start();
		before.step(completed(0, null));
		before.deploy(loop);
		before.step(completed(1, null));
		before.step(completed(2, null));
		assertThat(before.step(completed(3, null)).output()).as("old for good").isEqualTo(Payload.of("\"--------\""));

		Scenario after = Scenario.of(loop);
		after.start();
		after.step(completed(0, null), completed(1, null));
		after.step(completed(1, null));
		after.step(completed(2, null));
		assertThat(after.step(completed(3, null)).output()).isEqualTo(Payload.of("\"++++++++\""));
		assertThat(after.history()).filteredOn(PatchMarked.class::isInstance).hasSize(1);
	}

	@Test
	void changesAreToldApartByTheirIds() {
		Scenario scenario = Scenario.of((ctx) -> call(ctx, "a").await() + call(ctx, "b").await());
		scenario.start();
		scenario.deploy((ctx) -> {
			String first = ctx.isPatched("first") ? "+" : "-";
			call(ctx, "a").await();
			String second = ctx.isPatched("second") ? "+" : "-";
			String third = ctx.isPatched("third") ? "+" : "-";
			call(ctx, "b").await();
			return first + second + third + (ctx.isPatched("first") ? "+" : "-")
					+ (ctx.isPatched("second") ? "+" : "-");
		});
		StepResult result = scenario.step(completed(0, "x"));
		assertThat(result.events()).filteredOn(PatchMarked.class::isInstance)
			.extracting((event) -> ((PatchMarked) event).patchId())
			.containsExactly("second", "third");
		assertThat(scenario.step(completed(1, "y")).output()).isEqualTo(Payload.of("\"-++-+\""));
	}

	@Test
	void aChangeMayBeAskedForBeforeAnythingElseAndAtTheEnd() {
		Scenario scenario = Scenario.of((ctx) -> {
			boolean first = ctx.isPatched("first");
			call(ctx, "a").await();
			return first + " " + ctx.isPatched("last");
		});
		assertThat(scenario.start().events()).hasAtLeastOneElementOfType(PatchMarked.class);
		StepResult result = scenario.step(completed(0, "x"));
		assertThat(result.output()).isEqualTo(Payload.of("\"true true\""));
		assertThat(result.events()).filteredOn(PatchMarked.class::isInstance).hasSize(1);
	}

	@Test
	void aSecondChangeAtTheSamePointCanBeDeployedOnTopOfTheFirst() {
		Scenario scenario = Scenario.of(PATCHED);
		scenario.start();
		scenario.step(completed(0, "x"));
		scenario.deploy((ctx) -> {
			String result = call(ctx, "a").await();
			boolean newest = ctx.isPatched("p2");
			result += call(ctx, newest ? "newest" : ctx.isPatched("p") ? "new" : "old").await();
			return result + call(ctx, "c").await();
		});
		scenario.step(completed(1, "y"));
		assertThat(scenario.step(completed(2, "z")).output()).isEqualTo(Payload.of("\"xyz\""));
	}

	@Test
	void theMarkerIsNotACallSoNumbersOfTasksStay() {
		Scenario scenario = Scenario.of((ctx) -> {
			ctx.isPatched("p");
			return call(ctx, "a").await();
		});
		assertThat(scenario.start().messages()).singleElement().extracting("taskId").isEqualTo(0);
	}

	@Test
	void codeThatAsksNoMoreGoesOnWithTheNewBranch() {
		Scenario scenario = Scenario.of(PATCHED);
		scenario.start();
		scenario.step(completed(0, "x"));
		scenario.deploy((ctx) -> call(ctx, "a").await() + call(ctx, "new").await());
		assertThat(scenario.step(completed(1, "y")).output()).isEqualTo(Payload.of("\"xy\""));
	}

	@Test
	void anExecutionThatContinuesAsNewTakesTheNewBranch() {
		Scenario scenario = Scenario.withInput((ctx, input) -> ctx.continueAsNew(call(ctx, "a").await()));
		scenario.start();
		scenario.deploy((ctx) -> {
			boolean patched = ctx.isPatched("p");
			String result = call(ctx, "a").await();
			return patched ? result + " new" : ctx.continueAsNew(result, ContinueAsNewOptions.defaults().version("2"));
		});
		StepResult result = scenario.step(completed(0, "x"));
		assertThat(result.continuation().started().version()).isEqualTo("2");
		scenario.next(result);
		assertThat(scenario.step(completed(0, "y")).output()).isEqualTo(Payload.of("\"y new\""));
	}

	@Test
	void anExecutionThatIsHeldBeforeThePointTakesTheNewBranch() {
		Scenario scenario = Scenario.of(OLD);
		scenario.start();
		scenario.step(new ExecutionSuspended(START, null, null), completed(0, "x"));
		scenario.deploy(PATCHED);
		assertThat(scenario.step(new ExecutionResumed(START, null)).messages()).singleElement()
			.extracting("name")
			.isEqualTo("new");
		scenario.step(completed(1, "y"));
		assertThat(scenario.step(completed(2, "z")).output()).isEqualTo(Payload.of("\"xyz\""));
	}

	@Test
	void aRewoundExecutionKeepsItsAnswersAndTakesNewBranchesBehindTheFailure() {
		Scenario scenario = Scenario.of((ctx) -> {
			try {
				return call(ctx, "a").await();
			}
			catch (TaskFailedException ex) {
				call(ctx, "cancel").await();
				throw ex;
			}
		});
		scenario.start();
		scenario.step(failed(0, "broken"));
		scenario.step(completed(1, null));
		scenario.deploy((ctx) -> {
			String early = ctx.isPatched("early") ? "+" : "-";
			String done = call(ctx, "a").await();
			return early + done + (ctx.isPatched("late") ? "+" : "-");
		});
		scenario.rewind(REWIND);
		assertThat(scenario.step(completed(0, "x")).output()).isEqualTo(Payload.of("\"-x+\""));
	}

	@Test
	void anIdThatIsNoneIsAnError() {
		for (String id : List.of("", "with space", "a/b", "ä", "x".repeat(101))) {
			StepResult result = Scenario.of((ctx) -> ctx.isPatched(id) ? "yes" : "no").start();
			assertThat(result.status()).isEqualTo(InstanceStatus.FAILED);
			assertThat(result.failure().message()).contains("'" + id + "'");
		}
		assertThat(Scenario.of((ctx) -> yes(ctx, "A-z_0.9") + yes(ctx, "x".repeat(100))).step(started()).output())
			.isEqualTo(Payload.of("\"yesyes\""));
	}

	private static String yes(OrchestrationContext ctx, String id) {
		return ctx.isPatched(id) ? "yes" : "no";
	}

}
