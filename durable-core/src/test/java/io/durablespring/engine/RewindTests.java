package io.durablespring.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.durablespring.CallOptions;
import io.durablespring.CompositeTaskFailedException;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.Payload;
import io.durablespring.RetryPolicy;
import io.durablespring.Task;
import io.durablespring.TaskFailedException;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.EventRaised;
import io.durablespring.history.HistoryEvent.ExecutionFailed;
import io.durablespring.history.HistoryEvent.ExecutionRewound;
import io.durablespring.history.HistoryEvent.TaskFailed;
import io.durablespring.history.Message;
import org.junit.jupiter.api.Test;

import static io.durablespring.engine.Scenario.START;
import static io.durablespring.engine.Scenario.completed;
import static io.durablespring.engine.Scenario.failed;
import static io.durablespring.engine.Scenario.fired;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Failed executions that go on: what failed runs again, and nothing else.
 */
class RewindTests {

	static final ExecutionRewound REWIND = new ExecutionRewound(START, "mended", null);

	@Test
	void theFailedActivityRunsAgainAndTheOthersDoNot() {
		Scenario scenario = Scenario.of((ctx) -> call(ctx, "a").await() + call(ctx, "b").await());
		scenario.start();
		scenario.step(completed(0, "x"));
		assertThat(scenario.step(failed(1, "broken")).status()).isEqualTo(InstanceStatus.FAILED);
		StepResult rewound = scenario.rewind(REWIND);
		assertThat(rewound.status()).isEqualTo(InstanceStatus.RUNNING);
		assertThat(rewound.failure()).isNull();
		assertThat(rewound.messages()).containsExactly(
				new Message.ToActivity("execution~0.1:1", "instance", "execution~0.1", 1, "b", null, null));
		assertThat(scenario.history()).noneMatch(TaskFailed.class::isInstance)
			.noneMatch(ExecutionFailed.class::isInstance);
		assertThat(scenario.step(completed(1, "y")).output()).isEqualTo(Payload.of("\"xy\""));
	}

	@Test
	void allFailedActivitiesOfAFanOutRunAgainAndTheOthersDoNot() {
		Scenario scenario = Scenario.of((ctx) -> ctx
			.allOf(IntStream.range(0, 4).mapToObj((i) -> ctx.callActivity("work", i, String.class)).toList())
			.await());
		scenario.start();
		scenario.step(failed(3, "broken"));
		scenario.step(completed(0, "a"), failed(1, "broken"));
		scenario.step(completed(2, "c"));
		assertThat(idsOf(scenario.rewind(REWIND))).containsExactly(1, 3);
		scenario.step(completed(3, "d"));
		assertThat(scenario.step(completed(1, "b")).output()).isEqualTo(Payload.of("[\"a\",\"b\",\"c\",\"d\"]"));
	}

	@Test
	void whatHadNotFinishedIsAskedForAgain() {
		Scenario scenario = Scenario.of((ctx) -> {
			Task<String> slow = call(ctx, "slow");
			return call(ctx, "broken").await() + slow.await();
		});
		scenario.start();
		scenario.step(failed(1, "broken"));
		assertThat(idsOf(scenario.rewind(REWIND))).containsExactly(0, 1);
		scenario.step(completed(0, "slow"));
		assertThat(scenario.step(completed(1, "mended ")).output()).isEqualTo(Payload.of("\"mended slow\""));
	}

	@Test
	void aFailureThatWasCaughtAndHandledStays() {
		Scenario scenario = Scenario.of((ctx) -> {
			String first;
			try {
				first = call(ctx, "a").await();
			}
			catch (TaskFailedException ex) {
				first = call(ctx, "fallback").await();
			}
			return first + call(ctx, "b").await();
		});
		scenario.start();
		scenario.step(failed(0, "handled"));
		scenario.step(completed(1, "x"));
		scenario.step(failed(2, "broken"));
		assertThat(idsOf(scenario.rewind(REWIND))).containsExactly(2);
		assertThat(scenario.step(completed(2, "y")).output()).isEqualTo(Payload.of("\"xy\""));
	}

	@Test
	void whatTheCodeDidInAnswerToTheFailureIsForgotten() {
		Scenario scenario = Scenario.of((ctx) -> {
			String room = call(ctx, "book").await();
			try {
				return room + call(ctx, "charge").await();
			}
			catch (TaskFailedException ex) {
				ctx.setCustomStatus("compensating");
				call(ctx, "cancel").await();
				throw ex;
			}
		});
		scenario.start();
		scenario.step(completed(0, "room 7 "));
		scenario.step(failed(1, "no funds"));
		assertThat(scenario.step(completed(2, null)).status()).isEqualTo(InstanceStatus.FAILED);
		assertThat(idsOf(scenario.rewind(REWIND))).containsExactly(1);
		assertThat(scenario.step(completed(2, "late")).events()).as("of the compensation").isEmpty();
		assertThat(scenario.step(completed(1, "paid")).output()).isEqualTo(Payload.of("\"room 7 paid\""));
	}

	@Test
	void aFailureInTheCompensationItselfStartsAgainFromWhatTheExceptionNames() {
		Scenario scenario = Scenario.of((ctx) -> {
			try {
				return call(ctx, "charge").await();
			}
			catch (TaskFailedException ex) {
				call(ctx, "cancel").await();
				throw ex;
			}
		});
		scenario.start();
		scenario.step(failed(0, "no funds"));
		scenario.step(failed(1, "cannot cancel"));
		assertThat(idsOf(scenario.rewind(REWIND))).as("only the compensation, whose failure ended it")
			.containsExactly(1);
		StepResult result = scenario.step(completed(1, null));
		assertThat(result.failure().message()).contains("no funds");
		assertThat(idsOf(scenario.rewind(REWIND))).containsExactly(0);
		assertThat(scenario.step(completed(0, "paid")).output()).isEqualTo(Payload.of("\"paid\""));
	}

	@Test
	void onlyTheLastAttemptOfARetriedCallRunsAgain() {
		Scenario scenario = retried();
		scenario.start();
		scenario.step(failed(0, "1st"));
		scenario.step(fired(1));
		assertThat(scenario.step(failed(2, "2nd")).status()).isEqualTo(InstanceStatus.FAILED);
		StepResult rewound = scenario.rewind(REWIND);
		assertThat(idsOf(rewound)).containsExactly(2);
		assertThat(rewound.timers()).isEmpty();
		assertThat(scenario.step(completed(2, "done")).output()).isEqualTo(Payload.of("\"done\""));
	}

	@Test
	void aRetriedCallThatFailsOnceMoreHasNoAttemptsLeft() {
		Scenario scenario = retried();
		scenario.start();
		scenario.step(failed(0, "1st"));
		scenario.step(fired(1));
		scenario.step(failed(2, "2nd"));
		scenario.rewind(REWIND);
		assertThat(scenario.step(failed(2, "3rd")).status()).isEqualTo(InstanceStatus.FAILED);
		assertThat(idsOf(scenario.rewind(REWIND))).containsExactly(2);
		assertThat(scenario.step(completed(2, "done")).output()).isEqualTo(Payload.of("\"done\""));
	}

	@Test
	void retriesThatWentOnBesideTheFailureStay() {
		Scenario scenario = Scenario
			.of((ctx) -> ctx.allOf(List.of(call(ctx, "broken"), call(retrying(ctx), "retried"))).await());
		scenario.start();
		scenario.step(failed(0, "broken"));
		scenario.step(failed(1, "1st"));
		scenario.step(fired(2));
		assertThat(scenario.step(completed(3, "b")).status()).isEqualTo(InstanceStatus.FAILED);
		assertThat(idsOf(scenario.rewind(REWIND))).containsExactly(0);
		assertThat(scenario.step(completed(0, "a")).output()).isEqualTo(Payload.of("[\"a\",\"b\"]"));
	}

	@Test
	void anExceptionWithoutACauseIsPutDownToTheFailureThatTheCodeMetLast() {
		Scenario scenario = Scenario.of((ctx) -> {
			try {
				return call(ctx, "a").await();
			}
			catch (TaskFailedException ex) {
				throw new IllegalStateException("says nothing of it");
			}
		});
		scenario.start();
		scenario.step(failed(0, "broken"));
		assertThat(idsOf(scenario.rewind(REWIND))).containsExactly(0);
		assertThat(scenario.step(completed(0, "mended")).output()).isEqualTo(Payload.of("\"mended\""));
	}

	@Test
	void theCauseIsFoundHoweverDeepItIsAndAmongTheSuppressed() {
		Scenario scenario = Scenario.of((ctx) -> {
			List<Task<String>> tasks = List.of(call(ctx, "a"), call(ctx, "b"), call(ctx, "c"));
			try {
				return ctx.allOf(tasks.subList(0, 2)).await();
			}
			catch (CompositeTaskFailedException ex) {
				IllegalStateException wrapped = new IllegalStateException("x", new RuntimeException(ex));
				try {
					tasks.get(2).await();
				}
				catch (TaskFailedException other) {
					wrapped.addSuppressed(other);
				}
				throw wrapped;
			}
		});
		scenario.start();
		scenario.step(failed(0, "x"), failed(1, "x"), failed(2, "x"));
		assertThat(idsOf(scenario.rewind(REWIND))).containsExactly(0, 1, 2);
	}

	@Test
	void whenTheOrchestratorsOwnCodeIsToBlameItGoesOnWithTheCodeThatIsThereNow() {
		Scenario scenario = Scenario.of((ctx) -> call(ctx, "a").await().charAt(99));
		scenario.start();
		assertThat(scenario.step(completed(0, "x")).status()).isEqualTo(InstanceStatus.FAILED);
		scenario.deploy((ctx) -> call(ctx, "a").await() + call(ctx, "b").await());
		StepResult rewound = scenario.rewind(REWIND);
		assertThat(idsOf(rewound)).containsExactly(1);
		assertThat(scenario.step(completed(1, "y")).output()).isEqualTo(Payload.of("\"xy\""));
	}

	@Test
	void codeThatIsStillBrokenFailsAgainAndCanBeRewoundAgain() {
		Scenario scenario = Scenario.of((ctx) -> call(ctx, "a").await().charAt(99));
		scenario.start();
		scenario.step(completed(0, "x"));
		assertThat(scenario.rewind(REWIND).status()).isEqualTo(InstanceStatus.FAILED);
		assertThat(scenario.rewind(REWIND).status()).isEqualTo(InstanceStatus.FAILED);
		scenario.deploy((ctx) -> call(ctx, "a").await() + call(ctx, "b").await());
		assertThat(idsOf(scenario.rewind(REWIND))).containsExactly(1);
		assertThat(scenario.step(completed(1, "y")).output()).isEqualTo(Payload.of("\"xy\""));
	}

	@Test
	void codeThatIsMendedMayReturnAtOnceOrContinueAsNew() {
		Scenario returning = Scenario.of((ctx) -> call(ctx, "a").await().charAt(99));
		returning.start();
		returning.step(completed(0, "x"));
		assertThat(returning.deploy((ctx) -> call(ctx, "a").await()).rewind(REWIND).output())
			.isEqualTo(Payload.of("\"x\""));

		Scenario continuing = Scenario.of((ctx) -> call(ctx, "a").await().charAt(99));
		continuing.start();
		continuing.step(completed(0, "x"));
		StepResult continued = continuing.deploy((ctx) -> ctx.continueAsNew(call(ctx, "a").await())).rewind(REWIND);
		assertThat(continued.continuation().executionId()).isEqualTo("execution~1");
	}

	@Test
	void codeThatFailedBeforeItDidAnythingStartsAnew() {
		Scenario scenario = Scenario.withInput((ctx, input) -> {
			throw new IllegalStateException("bug");
		});
		assertThat(scenario.start().status()).isEqualTo(InstanceStatus.FAILED);
		scenario.deploy((ctx) -> call(ctx, "a").await());
		assertThat(idsOf(scenario.rewind(REWIND))).containsExactly(0);
		assertThat(scenario.step(completed(0, "x")).output()).isEqualTo(Payload.of("\"x\""));
	}

	@Test
	void rewindingTwiceRunsAgainWhatFailedThen() {
		Scenario scenario = Scenario.of((ctx) -> call(ctx, "a").await() + call(ctx, "b").await());
		scenario.start();
		scenario.step(failed(0, "1st"));
		assertThat(idsOf(scenario.rewind(REWIND))).containsExactly(0);
		scenario.step(failed(0, "2nd"));
		assertThat(idsOf(scenario.rewind(REWIND))).containsExactly(0);
		scenario.step(completed(0, "x"));
		scenario.step(failed(1, "3rd"));
		StepResult third = scenario.rewind(REWIND);
		assertThat(third.messages()).extracting(Message::id).containsExactly("execution~0.3:1");
		assertThat(scenario.step(completed(1, "y")).output()).isEqualTo(Payload.of("\"xy\""));
	}

	@Test
	void codeThatDoesNotFitTheRewoundHistorySuspendsTheInstance() {
		Scenario scenario = Scenario.of((ctx) -> call(ctx, "a").await() + call(ctx, "b").await());
		scenario.start();
		scenario.step(completed(0, "x"));
		scenario.step(failed(1, "broken"));
		StepResult result = scenario.deploy((ctx) -> call(ctx, "other").await()).rewind(REWIND);
		assertThat(result.status()).isEqualTo(InstanceStatus.SUSPENDED);
		scenario.deploy((ctx) -> call(ctx, "a").await() + call(ctx, "b").await());
		assertThat(scenario.step(new HistoryEvent.ExecutionResumed(START, null)).status())
			.isEqualTo(InstanceStatus.RUNNING);
		assertThat(scenario.step(completed(1, "y")).output()).isEqualTo(Payload.of("\"xy\""));
	}

	@Test
	void whatCameTogetherWithTheFailureIsThereAfterTheRewind() {
		Scenario scenario = Scenario.of((ctx) -> {
			Task<String> other = call(ctx, "b");
			return call(ctx, "a").await() + other.await() + ctx.waitForExternalEvent("go", String.class).await();
		});
		scenario.start();
		assertThat(
				scenario.step(failed(1, "broken"), completed(0, "b"), new EventRaised(START, "go", Payload.of("\"c\"")))
					.status())
			.isEqualTo(InstanceStatus.FAILED);
		assertThat(idsOf(scenario.rewind(REWIND))).containsExactly(1);
		assertThat(scenario.step(completed(1, "a")).output()).isEqualTo(Payload.of("\"abc\""));
	}

	@Test
	void whatRunsForTheFirstTimeAfterARewindIsNoReplay() {
		List<Boolean> replaying = new ArrayList<>();
		boolean[] mended = { false };
		Scenario scenario = Scenario.of((ctx) -> {
			call(ctx, "a").await();
			if (!mended[0]) {
				throw new IllegalStateException("a bug");
			}
			replaying.add(ctx.isReplaying());
			return call(ctx, "b").await();
		});
		scenario.start();
		scenario.step(completed(0, "a"));
		mended[0] = true;
		scenario.rewind(REWIND);
		assertThat(replaying).containsOnly(false);
	}

	private static Scenario retried() {
		return Scenario.of((ctx) -> call(retrying(ctx), "work").await());
	}

	private static OrchestrationContext retrying(OrchestrationContext ctx) {
		return ctx.withOptions(new CallOptions(RetryPolicy.of(2, Duration.ofSeconds(9)), null, null, null, Map.of()));
	}

	static Task<String> call(OrchestrationContext ctx, String name) {
		return ctx.callActivity(name, null, String.class);
	}

	static List<Integer> idsOf(StepResult result) {
		return result.messages().stream().map((message) -> ((Message.ToActivity) message).taskId()).toList();
	}

}
