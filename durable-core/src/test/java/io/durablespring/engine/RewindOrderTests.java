package io.durablespring.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.durablespring.CallOptions;
import io.durablespring.DurableTimer;
import io.durablespring.FailureDetails;
import io.durablespring.InstanceStatus;
import io.durablespring.ParentInstance;
import io.durablespring.Payload;
import io.durablespring.RetryPolicy;
import io.durablespring.Task;
import io.durablespring.TaskFailedException;
import io.durablespring.history.HistoryEvent.EventRaised;
import io.durablespring.history.HistoryEvent.ExecutionCompleted;
import io.durablespring.history.HistoryEvent.ExecutionResumed;
import io.durablespring.history.HistoryEvent.ExecutionRewound;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.history.HistoryEvent.ExecutionSuspended;
import io.durablespring.history.HistoryEvent.ExecutionTerminated;
import io.durablespring.history.Message;
import org.junit.jupiter.api.Test;

import static io.durablespring.engine.RewindTests.REWIND;
import static io.durablespring.engine.RewindTests.call;
import static io.durablespring.engine.RewindTests.idsOf;
import static io.durablespring.engine.Scenario.START;
import static io.durablespring.engine.Scenario.childCompleted;
import static io.durablespring.engine.Scenario.childFailed;
import static io.durablespring.engine.Scenario.completed;
import static io.durablespring.engine.Scenario.failed;
import static io.durablespring.engine.Scenario.fired;
import static io.durablespring.engine.Scenario.raised;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Rewinds of executions in which more went on than what failed: timers, events, children,
 * branches that went on beside the failure.
 */
class RewindOrderTests {

	private static final ParentInstance PARENT = new ParentInstance("boss", "boss-execution~0.1", 7);

	@Test
	void aBranchThatWentOnBesideTheFailureIsTakenUpAgain() {
		Scenario scenario = Scenario.of((ctx) -> {
			Task<Task<String>> branch = call(ctx, "b").thenApply((value) -> ctx.callActivity("c", value, String.class));
			return ctx.allOf(List.of(call(ctx, "a"), call(ctx, "d"))).await().toString() + branch.await().await();
		});
		scenario.start();
		scenario.step(failed(1, "broken"));
		scenario.step(completed(0, "b"));
		assertThat(scenario.step(completed(2, "d")).status()).isEqualTo(InstanceStatus.FAILED);
		StepResult rewound = scenario.rewind(REWIND);
		assertThat(rewound.status()).isEqualTo(InstanceStatus.RUNNING);
		assertThat(idsOf(rewound)).containsExactly(1, 3);
		scenario.step(completed(1, "a"));
		assertThat(scenario.step(completed(3, "!")).output()).isEqualTo(Payload.of("\"[a, d]!\""));
	}

	@Test
	void resultsThatAreHandledAsTheyComeAreHandledAgainInTheirOrder() {
		Scenario scenario = Scenario.of((ctx) -> {
			List<Task<String>> open = new ArrayList<>(List.of(call(ctx, "a"), call(ctx, "b"), call(ctx, "c")));
			TaskFailedException failure = null;
			StringBuilder stored = new StringBuilder();
			while (!open.isEmpty()) {
				Task<?> done = ctx.anyOf(open).await();
				open.remove(done);
				try {
					stored.append(ctx.callActivity("store", done.await(), String.class).await());
				}
				catch (TaskFailedException ex) {
					failure = ex;
				}
			}
			if (failure != null) {
				throw failure;
			}
			return stored.toString();
		});
		scenario.start();
		scenario.step(failed(0, "broken"));
		scenario.step(completed(1, "B"));
		scenario.step(completed(2, "C"));
		scenario.step(completed(3, "stored B "));
		scenario.step(completed(4, "stored C "));
		StepResult rewound = scenario.rewind(REWIND);
		assertThat(rewound.status()).isEqualTo(InstanceStatus.RUNNING);
		assertThat(idsOf(rewound)).containsExactly(0, 3);
		scenario.step(completed(3, "stored B "));
		scenario.step(completed(0, "A"));
		scenario.step(completed(4, "stored C "));
		assertThat(scenario.step(completed(5, "stored A ")).output())
			.isEqualTo(Payload.of("\"stored B stored C stored A \""));
	}

	@Test
	void aRetryThatFailedDuringTheCompensationGoesOn() {
		Scenario scenario = Scenario.of((ctx) -> {
			Task<String> broken = call(ctx, "broken");
			Task<String> retried = call(ctx.withOptions(CallOptions.retry(RetryPolicy.of(3, Duration.ofSeconds(9)))),
					"retried");
			try {
				return broken.await() + retried.await();
			}
			catch (TaskFailedException ex) {
				call(ctx, "cancel").await();
				throw ex;
			}
		});
		scenario.start();
		scenario.step(failed(0, "broken"));
		scenario.step(failed(1, "1st"));
		scenario.step(completed(2, null));
		StepResult rewound = scenario.rewind(REWIND);
		assertThat(idsOf(rewound)).containsExactly(0);
		assertThat(rewound.timers()).extracting(StepResult.Timer::taskId).containsExactly(2);
		scenario.step(fired(2), completed(0, "a"));
		assertThat(scenario.step(completed(3, "b")).output()).isEqualTo(Payload.of("\"ab\""));
	}

	@Test
	void openTimersAreSetAgainAndCancelledOnesToo() {
		Scenario scenario = Scenario.of((ctx) -> {
			DurableTimer deadline = ctx.createTimer(Duration.ofDays(1));
			Task<String> work = call(ctx, "work");
			boolean inTime = ctx.anyOf(List.of(work, deadline)).await() == work;
			deadline.cancel();
			return inTime ? work.await() : "too late";
		});
		StepResult first = scenario.start();
		assertThat(scenario.step(failed(1, "broken")).removedTimers()).containsExactly(0);
		StepResult rewound = scenario.rewind(REWIND);
		assertThat(rewound.timers()).isEqualTo(first.timers());
		assertThat(idsOf(rewound)).containsExactly(1);
		assertThat(scenario.step(fired(0)).output()).isEqualTo(Payload.of("\"too late\""));
	}

	@Test
	void timersThatHaveFiredStayFired() {
		Scenario scenario = Scenario.of((ctx) -> {
			ctx.createTimer(Duration.ofDays(1)).await();
			return call(ctx, "work").await();
		});
		scenario.start();
		scenario.step(fired(0));
		scenario.step(failed(1, "broken"));
		StepResult rewound = scenario.rewind(REWIND);
		assertThat(rewound.timers()).isEmpty();
		assertThat(scenario.step(completed(1, "done")).output()).isEqualTo(Payload.of("\"done\""));
	}

	@Test
	void anEventThatEndedAWaitBesideTheFailureStays() {
		Scenario scenario = Scenario.of((ctx) -> ctx.allOf(List.of(call(ctx, "a"),
				ctx.waitForExternalEvent("go", String.class, Duration.ofDays(1)), call(ctx, "b")))
			.await());
		scenario.start();
		scenario.step(failed(0, "broken"));
		scenario.step(raised("go", "now"));
		scenario.step(completed(2, "b"));
		StepResult rewound = scenario.rewind(REWIND);
		assertThat(rewound.status()).isEqualTo(InstanceStatus.RUNNING);
		assertThat(idsOf(rewound)).containsExactly(0);
		assertThat(rewound.timers()).as("the event has come").isEmpty();
		assertThat(scenario.step(completed(0, "a")).output()).isEqualTo(Payload.of("[\"a\",\"now\",\"b\"]"));
	}

	@Test
	void eventsThatCameAfterTheFailureAreKeptOnce() {
		Scenario scenario = Scenario.of((ctx) -> {
			try {
				String done = call(ctx, "a").await();
				return done + ctx.waitForExternalEvent("go", String.class).await();
			}
			catch (TaskFailedException ex) {
				call(ctx, "cancel").await();
				throw ex;
			}
		});
		scenario.start();
		scenario.step(failed(0, "broken"));
		scenario.step(raised("go", "now"));
		scenario.step(completed(1, null));
		scenario.rewind(REWIND);
		assertThat(scenario.history()).filteredOn(EventRaised.class::isInstance).hasSize(1);
		assertThat(scenario.step(completed(0, "a ")).output()).isEqualTo(Payload.of("\"a now\""));
	}

	@Test
	void anExecutionThatWasSuspendedForAWhileIsNotSuspendedOnceItIsRewound() {
		Scenario scenario = Scenario.of((ctx) -> call(ctx, "a").await() + call(ctx, "b").await());
		scenario.start();
		scenario.step(new ExecutionSuspended(START, "hold on", null), completed(0, "x"));
		scenario.step(new ExecutionResumed(START, null));
		scenario.step(new ExecutionSuspended(START, "hold on", null), failed(1, "broken"));
		assertThat(scenario.step(new ExecutionResumed(START, null)).status()).isEqualTo(InstanceStatus.FAILED);
		StepResult rewound = scenario.rewind(REWIND);
		assertThat(rewound.status()).isEqualTo(InstanceStatus.RUNNING);
		assertThat(idsOf(rewound)).containsExactly(1);
		assertThat(scenario.step(completed(1, "y")).output()).isEqualTo(Payload.of("\"xy\""));
	}

	@Test
	void anAnswerThatOnlyWaitedIsTakenInAnew() {
		Scenario scenario = Scenario.of((ctx) -> {
			Task<String> a = call(ctx, "a");
			Task<String> b = call(ctx, "b");
			try {
				ctx.anyOf(List.of(a, b)).await().await();
			}
			catch (TaskFailedException ex) {
				b.await();
				ctx.waitForExternalEvent("x", String.class).await();
				throw ex;
			}
			return call(ctx, "ship").await();
		});
		scenario.start();
		scenario.step(failed(0, "broken"));
		scenario.step(completed(1, "b"));
		assertThat(scenario.step(raised("x", "y")).status()).isEqualTo(InstanceStatus.FAILED);
		StepResult rewound = scenario.rewind(REWIND);
		assertThat(rewound.status()).isEqualTo(InstanceStatus.RUNNING);
		assertThat(idsOf(rewound)).containsExactly(0, 2);
		assertThat(scenario.step(completed(2, "shipped")).output()).isEqualTo(Payload.of("\"shipped\""));
	}

	@Test
	void uuidsAreTheSameAsBefore() {
		Scenario scenario = Scenario.of((ctx) -> ctx.callActivity("a", ctx.newUuid().toString(), String.class).await()
				+ ctx.callActivity("b", ctx.newUuid().toString(), String.class).await());
		Message first = scenario.options(true, false).start().messages().get(0);
		scenario.step(failed(0, "broken"));
		Message again = scenario.rewind(REWIND).messages().get(0);
		assertThat(((Message.ToActivity) again).input()).isEqualTo(((Message.ToActivity) first).input());
		scenario.step(completed(0, "x"));
		assertThat(scenario.step(completed(1, "y")).output()).isEqualTo(Payload.of("\"xy\""));
	}

	@Test
	void aFailedSubOrchestrationIsRewoundForItsNewParent() {
		Scenario scenario = Scenario.of((ctx) -> ctx.callSubOrchestrator("child", null, String.class).await());
		scenario.start();
		scenario.step(childFailed(0, FailureDetails.of("X", "broken")));
		StepResult rewound = scenario.rewind(new ExecutionRewound(START, "mended", PARENT));
		assertThat(rewound.starts()).isEmpty();
		assertThat(rewound.newParent()).isEqualTo(PARENT);
		assertThat(rewound.messages())
			.containsExactly(new Message.ToOrchestration("execution~0.1:0:rewind", "execution:0", null,
					new ExecutionRewound(START, "mended", new ParentInstance("instance", "execution~0.1", 0))));
		StepResult end = scenario.step(childCompleted(0, "mended"));
		assertThat(end.output()).isEqualTo(Payload.of("\"mended\""));
		assertThat(end.newParent()).isEqualTo(PARENT);
	}

	@Test
	void aSubOrchestrationWhoseIdWasTakenIsStartedForItWasNever() {
		CallOptions options = CallOptions.defaults().instanceId("mine").tag("k", "v").version("2");
		Scenario scenario = Scenario
			.of((ctx) -> ctx.withOptions(options).callSubOrchestrator("child", "in", String.class).await());
		StepResult.Start first = scenario.start().starts().get(0);
		assertThat(scenario.step(first.ifTaken()).status()).isEqualTo(InstanceStatus.FAILED);
		StepResult rewound = scenario.rewind(REWIND);
		assertThat(rewound.messages()).as("whoever has the id is none of ours").isEmpty();
		assertThat(rewound.starts()).hasSize(1);
		StepResult.Start again = rewound.starts().get(0);
		assertThat(again.instanceId()).isEqualTo("mine");
		assertThat(again.started().tags()).isEqualTo(Map.of("k", "v"));
		assertThat(again.started().version()).isEqualTo("2");
		assertThat(again.started().parent()).isEqualTo(new ParentInstance("instance", "execution~0.1", 0));
		assertThat(scenario.step(again.ifTaken()).status()).as("still taken").isEqualTo(InstanceStatus.FAILED);
		assertThat(scenario.rewind(REWIND).starts()).hasSize(1);
		assertThat(scenario.step(childCompleted(0, "done")).output()).isEqualTo(Payload.of("\"done\""));
	}

	@Test
	void subOrchestrationsThatStillRunLearnOfTheirNewParent() {
		Scenario scenario = Scenario.of((ctx) -> {
			Task<String> running = ctx.callSubOrchestrator("running", null, String.class);
			Task<String> done = ctx.callSubOrchestrator("done", null, String.class);
			return call(ctx, "broken").await() + running.await() + done.await();
		});
		scenario.start();
		scenario.step(childCompleted(1, "done"), failed(2, "broken"));
		StepResult rewound = scenario.rewind(REWIND);
		assertThat(rewound.messages()).extracting(Message::instanceId).containsExactly("execution:0", "instance");
		scenario.step(childCompleted(0, "running "), completed(2, "mended "));
		assertThat(scenario.history()).last().isInstanceOf(ExecutionCompleted.class);
	}

	@Test
	void aRunningExecutionTakesItsNewParentAndGoesOn() {
		Scenario scenario = Scenario.of((ctx) -> call(ctx, "a").await() + call(ctx, "b").await());
		scenario.step(new ExecutionStarted(START, "Orchestrator", null, null, Map.of(),
				new ParentInstance("boss", "boss-execution", 7)));
		StepResult told = scenario.step(new ExecutionRewound(START, null, PARENT));
		assertThat(told.status()).isEqualTo(InstanceStatus.RUNNING);
		assertThat(told.newParent()).isEqualTo(PARENT);
		assertThat(told.messages()).isEmpty();
		scenario.step(completed(0, "x"));
		assertThat(scenario.step(completed(1, "y")).newParent()).isEqualTo(PARENT);
	}

	@Test
	void aRewoundExecutionCanBeSuspendedAndTerminated() {
		Scenario scenario = Scenario.of((ctx) -> call(ctx, "a").await());
		scenario.start();
		scenario.step(failed(0, "broken"));
		scenario.rewind(REWIND);
		assertThat(scenario.step(new ExecutionSuspended(START, null, null)).status())
			.isEqualTo(InstanceStatus.SUSPENDED);
		assertThat(scenario.step(new ExecutionTerminated(START, null, true)).status())
			.isEqualTo(InstanceStatus.TERMINATED);
	}

	@Test
	void whoWaitsIsRememberedOverASecondRewind() {
		Scenario scenario = Scenario.of((ctx) -> {
			try {
				call(ctx, "a").await();
			}
			catch (TaskFailedException ex) {
				call(ctx, "cancel").await();
				throw ex;
			}
			return ctx.continueAsNew(null);
		});
		scenario.step(new ExecutionStarted(START, "Orchestrator", null, null, Map.of(),
				new ParentInstance("boss", "boss-execution", 7)));
		scenario.step(failed(0, "broken"));
		scenario.step(new ExecutionRewound(START, null, PARENT));
		scenario.step(completed(1, null));
		scenario.rewind(REWIND);
		assertThat(scenario.step(completed(0, "x")).continuation().started().parent()).isEqualTo(PARENT);
	}

}
