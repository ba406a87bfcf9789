package io.durablespring.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.durablespring.CancelableTask;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.Payload;
import io.durablespring.PayloadException;
import io.durablespring.Task;
import io.durablespring.TaskCanceledException;
import io.durablespring.TypeRef;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.EventRaised;
import io.durablespring.history.HistoryEvent.ExecutionResumed;
import io.durablespring.history.HistoryEvent.ExecutionSuspended;
import io.durablespring.history.Message;
import org.junit.jupiter.api.Test;

import static io.durablespring.engine.Scenario.START;
import static io.durablespring.engine.Scenario.completed;
import static io.durablespring.engine.Scenario.raised;
import static io.durablespring.engine.Scenario.started;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * External events: who gets which, whatever comes first.
 */
class ExternalEventTests {

	@Test
	void anEventEndsTheWaitThatBeganBefore() {
		Scenario scenario = Scenario.of((ctx) -> wait(ctx, "go").await());
		assertThat(scenario.start().status()).isEqualTo(InstanceStatus.RUNNING);
		assertThat(scenario.step(raised("go", "now")).output()).isEqualTo(Payload.of("\"now\""));
	}

	@Test
	void anEventThatCameEarlyIsKeptForTheWait() {
		Scenario scenario = Scenario
			.of((ctx) -> ctx.callActivity("a", null, String.class).await() + wait(ctx, "go").await());
		scenario.start();
		assertThat(scenario.step(raised("go", "early")).status()).isEqualTo(InstanceStatus.RUNNING);
		assertThat(scenario.step(completed(0, "x")).output()).isEqualTo(Payload.of("\"xearly\""));
	}

	@Test
	void anEventThatComesWithTheStartIsTakenInEitherOrder() {
		assertThat(Scenario.of((ctx) -> wait(ctx, "go").await()).step(started(), raised("go", "now")).output())
			.isEqualTo(Payload.of("\"now\""));
		assertThat(Scenario.of((ctx) -> wait(ctx, "go").await()).step(raised("go", "now"), started()).output())
			.isEqualTo(Payload.of("\"now\""));
	}

	@Test
	void eventsForAPendingInstanceWaitForItsStart() {
		Scenario scenario = Scenario.of((ctx) -> wait(ctx, "go").await() + wait(ctx, "go").await());
		assertThat(scenario.step(raised("go", "1")).status()).isEqualTo(InstanceStatus.PENDING);
		assertThat(scenario.step(raised("go", "2")).status()).isEqualTo(InstanceStatus.PENDING);
		assertThat(scenario.start().output()).isEqualTo(Payload.of("\"12\""));
	}

	@Test
	void anEventThatBringsAStartIsKeptWithoutIt() {
		Scenario scenario = Scenario.of((ctx) -> wait(ctx, "go").await());
		scenario.start();
		scenario.step(new EventRaised(START, "go", null, started(), null));
		assertThat(scenario.history()).filteredOn(EventRaised.class::isInstance)
			.containsExactly(new EventRaised(START, "go", null));
	}

	@Test
	void namesAreComparedWithoutRegardToCaseWhicheverComesFirst() {
		Scenario waiterFirst = Scenario.of((ctx) -> wait(ctx, "Approved").await());
		waiterFirst.start();
		assertThat(waiterFirst.step(raised("aPPROVED", "yes")).output()).isEqualTo(Payload.of("\"yes\""));

		Scenario eventFirst = Scenario.of((ctx) -> wait(ctx, "aPPROVED").await());
		assertThat(eventFirst.step(raised("Approved", "yes"), started()).output()).isEqualTo(Payload.of("\"yes\""));
	}

	@Test
	void earlyEventsOfOneNameAreTakenInTheOrderInWhichTheyCame() {
		Scenario scenario = Scenario.of((ctx) -> {
			ctx.callActivity("a", null, String.class).await();
			return wait(ctx, "x").await() + wait(ctx, "y").await() + wait(ctx, "x").await();
		});
		scenario.start();
		scenario.step(raised("x", "1"), raised("X", "2"));
		scenario.step(raised("y", "3"));
		assertThat(scenario.step(completed(0, null)).output()).isEqualTo(Payload.of("\"132\""));
	}

	@Test
	void waitsForOneNameAreServedInTheOrderInWhichTheyBegan() {
		Scenario scenario = Scenario.of((ctx) -> {
			Task<String> first = wait(ctx, "x");
			Task<String> second = wait(ctx, "X");
			return second.await() + first.await();
		});
		scenario.start();
		assertThat(scenario.step(raised("x", "1")).status()).isEqualTo(InstanceStatus.RUNNING);
		assertThat(scenario.step(raised("x", "2")).output()).isEqualTo(Payload.of("\"21\""));
	}

	@Test
	void oneEventCompletesExactlyOneWait() {
		Scenario scenario = Scenario.of((ctx) -> {
			List<Task<String>> waits = IntStream.range(0, 3).mapToObj((i) -> (Task<String>) wait(ctx, "x")).toList();
			ctx.anyOf(waits).await();
			return waits.stream().map((wait) -> wait.isDone() ? "+" : "-").reduce("", String::concat);
		});
		scenario.start();
		assertThat(scenario.step(raised("x", "1")).output()).isEqualTo(Payload.of("\"+--\""));
	}

	@Test
	void anEventWithoutInputIsNullForTheWait() {
		Scenario scenario = Scenario
			.of((ctx) -> "got " + wait(ctx, "x").await() + ctx.waitForExternalEvent("y", Void.class).await()
					+ ctx.waitForExternalEvent("z", new TypeRef<String>() {
					}, null).await());
		scenario.start();
		scenario.step(raised("x", null), raised("y", "ignored"));
		assertThat(scenario.step(raised("z", "typed")).output()).isEqualTo(Payload.of("\"got nullnulltyped\""));
	}

	@Test
	void anEventOfTheWrongTypeFailsItsWaitAndIsUsedUp() {
		Scenario scenario = Scenario.of((ctx) -> {
			try {
				return ctx.waitForExternalEvent("count", Integer.class).await();
			}
			catch (PayloadException ex) {
				return ex.getMessage() + ctx.waitForExternalEvent("count", Integer.class).await();
			}
		});
		scenario.start();
		assertThat(scenario.step(raised("count", "many")).status()).isEqualTo(InstanceStatus.RUNNING);
		assertThat(scenario.step(raised("count", 3)).output().json())
			.startsWith("\"The external event 'count' carries something else: ")
			.endsWith("3\"");
	}

	@Test
	void anEarlyEventOfTheWrongTypeFailsItsWaitAndIsUsedUp() {
		Scenario scenario = Scenario.of((ctx) -> {
			Task<Integer> first = ctx.waitForExternalEvent("count", Integer.class);
			int second = ctx.waitForExternalEvent("count", Integer.class).await();
			try {
				return first.await();
			}
			catch (PayloadException ex) {
				return second;
			}
		});
		assertThat(scenario.step(raised("count", "many"), raised("count", 4), started()).output())
			.isEqualTo(Payload.of("4"));
	}

	@Test
	void aMismatchThatNobodyCatchesFailsTheInstance() {
		Scenario scenario = Scenario.of((ctx) -> ctx.waitForExternalEvent("count", Integer.class).await());
		scenario.start();
		StepResult result = scenario.step(raised("count", "many"));
		assertThat(result.status()).isEqualTo(InstanceStatus.FAILED);
		assertThat(result.failure().type()).isEqualTo(PayloadException.class.getName());
	}

	@Test
	void aMismatchIsNotLostInAnyOf() {
		Scenario scenario = Scenario.of((ctx) -> {
			Task<Integer> count = ctx.waitForExternalEvent("count", Integer.class);
			Task<?> first = ctx.anyOf(List.of(wait(ctx, "other"), count)).await();
			try {
				return (first == count) ? count.await() : "other";
			}
			catch (PayloadException ex) {
				return "mismatch";
			}
		});
		scenario.start();
		assertThat(scenario.step(raised("count", "many")).output()).isEqualTo(Payload.of("\"mismatch\""));
	}

	@Test
	void aCancelledWaitTakesNoEvent() {
		Scenario scenario = Scenario.of((ctx) -> {
			CancelableTask<String> first = wait(ctx, "x");
			CancelableTask<String> second = wait(ctx, "x");
			ctx.callActivity("a", null, String.class).await();
			first.cancel();
			first.cancel();
			try {
				return first.await();
			}
			catch (TaskCanceledException ex) {
				return ex.getMessage() + second.await();
			}
		});
		scenario.start();
		scenario.step(completed(0, null));
		assertThat(scenario.step(raised("x", "!")).output())
			.isEqualTo(Payload.of("\"Waiting for an event named 'x' was cancelled!\""));
	}

	@Test
	void cancellingAWaitThatHasItsEventDoesNothing() {
		Scenario scenario = Scenario.of((ctx) -> {
			CancelableTask<String> wait = wait(ctx, "x");
			String got = wait.await();
			wait.cancel();
			return got + wait.await();
		});
		assertThat(scenario.step(raised("x", "1"), started()).output()).isEqualTo(Payload.of("\"11\""));
	}

	@Test
	void anEventEndsAnyOf() {
		Scenario scenario = Scenario.of((ctx) -> {
			Task<String> approved = wait(ctx, "approved");
			Task<String> rejected = wait(ctx, "rejected");
			Task<?> first = ctx.anyOf(List.of(approved, rejected, ctx.callActivity("a", null, String.class))).await();
			return (first == approved) ? "approved" : (first == rejected) ? "rejected" : "activity";
		});
		scenario.start();
		assertThat(scenario.step(raised("rejected", null), raised("approved", null), completed(0, null)).output())
			.isEqualTo(Payload.of("\"rejected\""));
	}

	@Test
	void eventsAndActivitiesCanBeAwaitedTogether() {
		Scenario scenario = Scenario
			.of((ctx) -> ctx.allOf(List.of(wait(ctx, "x"), ctx.callActivity("a", null, String.class), wait(ctx, "x")))
				.await());
		scenario.start();
		scenario.step(raised("x", "1"));
		scenario.step(completed(0, "2"));
		assertThat(scenario.step(raised("X", "3")).output()).isEqualTo(Payload.of("[\"1\",\"2\",\"3\"]"));
	}

	@Test
	void aWaitIsMappedWhenItsEventComes() {
		Scenario scenario = Scenario.of((ctx) -> wait(ctx, "x").thenApply(String::length).await());
		scenario.start();
		assertThat(scenario.step(raised("x", "four")).output()).isEqualTo(Payload.of("4"));
	}

	@Test
	void aWaitThatNobodyAwaitsKeepsNothingAlive() {
		StepResult result = Scenario.of((ctx) -> {
			wait(ctx, "x");
			ctx.waitForExternalEvent("y", String.class, Duration.ofDays(1));
			return "done";
		}).start();
		assertThat(result.status()).isEqualTo(InstanceStatus.COMPLETED);
		assertThat(result.timers()).isEmpty();
	}

	@Test
	void eventsThatComeWhileSuspendedAreTakenInWhenResumed() {
		Scenario scenario = Scenario.of((ctx) -> wait(ctx, "x").await() + wait(ctx, "x").await());
		scenario.start();
		scenario.step(new ExecutionSuspended(START, null, null), raised("x", "1"));
		assertThat(scenario.step(raised("x", "2")).status()).isEqualTo(InstanceStatus.SUSPENDED);
		assertThat(scenario.step(new ExecutionResumed(START, null)).output()).isEqualTo(Payload.of("\"12\""));
	}

	@Test
	void anEventThatComesTwiceIsTakenTwice() {
		// Senders are told apart by the ids of their messages, before the engine.
		Scenario scenario = Scenario.of((ctx) -> wait(ctx, "x").await() + wait(ctx, "x").await());
		scenario.start();
		assertThat(scenario.step(raised("x", "1"), raised("x", "1")).output()).isEqualTo(Payload.of("\"11\""));
	}

	@Test
	void tenThousandEarlyEventsAreKeptInOrder() {
		Scenario scenario = Scenario.of((ctx) -> {
			ctx.callActivity("a", null, String.class).await();
			List<Integer> got = new ArrayList<>();
			for (int i = 0; i < 10_000; i++) {
				got.add(ctx.waitForExternalEvent("n", Integer.class).await());
			}
			return got.equals(IntStream.range(0, 10_000).boxed().toList()) ? "in order" : "out of order";
		});
		scenario.start();
		scenario.step(numbered(0, 5_000));
		scenario.step(numbered(5_000, 10_000));
		assertThat(scenario.step(completed(0, null)).output()).isEqualTo(Payload.of("\"in order\""));
	}

	@Test
	void tenThousandWaitsAreServedInOrder() {
		Scenario scenario = Scenario.of((ctx) -> {
			List<Task<Integer>> waits = IntStream.range(0, 10_000)
				.mapToObj((i) -> (Task<Integer>) ctx.waitForExternalEvent("n", Integer.class))
				.toList();
			return ctx.allOf(waits).await().equals(IntStream.range(0, 10_000).boxed().toList()) ? "in order"
					: "out of order";
		});
		scenario.start();
		assertThat(scenario.step(numbered(0, 10_000)).output()).isEqualTo(Payload.of("\"in order\""));
	}

	@Test
	void anEmptyOrEndlessNameIsAnError() {
		for (String name : List.of("", "x".repeat(257))) {
			StepResult result = Scenario.of((ctx) -> wait(ctx, name).await()).start();
			assertThat(result.failure().type()).isEqualTo(IllegalArgumentException.class.getName());
			assertThat(result.failure().message()).contains("1 to 256 characters", String.valueOf(name.length()));
		}
	}

	@Test
	void anEventIsSentToAnotherInstanceOnce() {
		Scenario scenario = Scenario.of((ctx) -> {
			ctx.sendEvent("other", "go", "now");
			ctx.sendEvent("other", "go", null);
			return ctx.callActivity("a", null, String.class).await();
		});
		StepResult result = scenario.start();
		assertThat(result.messages().subList(0, 2)).containsExactly(
				new Message.ToOrchestration("execution:0:event", "other", null,
						new EventRaised(START.plusSeconds(1), "go", Payload.of("\"now\""))),
				new Message.ToOrchestration("execution:1:event", "other", null,
						new EventRaised(START.plusSeconds(1), "go", null)));
		assertThat(scenario.step(completed(2, "x")).messages()).isEmpty();
	}

	@Test
	void anEventCannotBeSentToAnIllegalIdOrWithoutAName() {
		assertThat(Scenario.of((ctx) -> {
			ctx.sendEvent("a/b", "go", null);
			return null;
		}).start().failure().message()).contains("contains '/'");
		assertThat(Scenario.of((ctx) -> {
			ctx.sendEvent("other", "", null);
			return null;
		}).start().failure().type()).isEqualTo(IllegalArgumentException.class.getName());
	}

	@Test
	void anEventThatCameBeforeTheCodeBeganIsThereForAWaitThatDoesNotWait() {
		Scenario scenario = Scenario.of((ctx) -> ctx.waitForExternalEvent("go", String.class, Duration.ZERO).await());
		StepResult result = scenario.step(Scenario.started(),
				new EventRaised(Scenario.START, "go", Payload.of("\"early\"")));
		assertThat(result.output()).isEqualTo(Payload.of("\"early\""));
	}

	@Test
	void namesThatAreEqualButForCaseAreEqualInAnyScript() {
		for (List<String> pair : List.of(List.of("ΟΔΟΣ", "οδοσ"), List.of("\u0130x", "ix"),
				List.of("straße", "STRAßE"))) {
			assertThat(pair.get(0)).isEqualToIgnoringCase(pair.get(1));
			Scenario scenario = Scenario.of((ctx) -> ctx.waitForExternalEvent(pair.get(0), String.class).await());
			scenario.start();
			assertThat(scenario.step(new EventRaised(Scenario.START, pair.get(1), Payload.of("\"x\""))).output())
				.isEqualTo(Payload.of("\"x\""));
		}
	}

	@Test
	void eventsThatCameWhenTheCodeHadEndedAreNotHistoryButReported() {
		Scenario scenario = Scenario.of((ctx) -> ctx.waitForExternalEvent("go", String.class).await());
		scenario.start();
		EventRaised first = new EventRaised(Scenario.START, "go", Payload.of("\"1\""));
		EventRaised second = new EventRaised(Scenario.START, "go", Payload.of("\"2\""));
		StepResult result = scenario.step(first, second);
		assertThat(result.status()).isEqualTo(InstanceStatus.COMPLETED);
		assertThat(result.unmet()).containsExactly(second);
		assertThat(result.events()).doesNotContain(second);
	}

	private static CancelableTask<String> wait(OrchestrationContext ctx, String name) {
		return ctx.waitForExternalEvent(name, String.class);
	}

	private static HistoryEvent[] numbered(int from, int to) {
		return IntStream.range(from, to).mapToObj((i) -> raised("n", i)).toArray(HistoryEvent[]::new);
	}

}
