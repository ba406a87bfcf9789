package io.durablespring.json;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.durablespring.CallOptions;
import io.durablespring.CompositeTaskFailedException;
import io.durablespring.DurableTimer;
import io.durablespring.OrchestrationContext;
import io.durablespring.RetryPolicy;
import io.durablespring.StartOptions;
import io.durablespring.Task;
import io.durablespring.TaskFailedException;
import io.durablespring.TaskTimeoutException;

/**
 * The code behind the stored histories. Add to it; never change what is there, for the
 * histories are as they are.
 */
final class StoredPrograms {

	private static final Map<String, Code> BY_HISTORY = Map.ofEntries(Map.entry("chaining", StoredPrograms::chaining),
			Map.entry("thrown", StoredPrograms::thrown), Map.entry("fan-out", StoredPrograms::fanOut),
			Map.entry("retries", StoredPrograms::retries), Map.entry("timers", StoredPrograms::timers),
			Map.entry("events", StoredPrograms::events), Map.entry("children", StoredPrograms::children),
			Map.entry("messenger", StoredPrograms::messenger), Map.entry("continued", StoredPrograms::continued),
			Map.entry("patched", StoredPrograms::patched), Map.entry("unpatched", StoredPrograms::patched),
			Map.entry("suspended", StoredPrograms::twoCalls), Map.entry("diverged", StoredPrograms::twoCalls),
			Map.entry("failed", StoredPrograms::twoCalls), Map.entry("rewound", StoredPrograms::twoCalls),
			Map.entry("terminated", StoredPrograms::family));

	private StoredPrograms() {
	}

	/** The names of the histories that there is code for. */
	static List<String> histories() {
		return BY_HISTORY.keySet().stream().sorted().toList();
	}

	static Code of(String history) {
		return BY_HISTORY.get(history);
	}

	private static Object chaining(OrchestrationContext ctx, String input) {
		String first = ctx.callActivity("greet", input, String.class).await();
		ctx.createTimer(Duration.ofHours(1)).await();
		return ctx.callActivity("print", first, String.class).await();
	}

	private static Object thrown(OrchestrationContext ctx, String input) {
		ctx.callActivity("greet", input, String.class).await();
		throw new IllegalStateException("nobody to greet");
	}

	private static Object fanOut(OrchestrationContext ctx, String input) {
		List<Task<Integer>> tasks = IntStream.range(0, 3)
			.mapToObj((i) -> ctx.callActivity("square", i, Integer.class))
			.toList();
		try {
			return ctx.allOf(tasks).await();
		}
		catch (CompositeTaskFailedException ex) {
			return ex.failures().size() + " of 3 failed, and the last gave " + tasks.get(2).await();
		}
	}

	private static Object retries(OrchestrationContext ctx, String input) {
		RetryPolicy policy = RetryPolicy.of(4, Duration.ofSeconds(2))
			.backoff(1.5)
			.maxInterval(Duration.ofMinutes(1))
			.timeout(Duration.ofHours(1))
			.jitter(0.5)
			.notOn(IllegalArgumentException.class);
		String paid = ctx.withOptions(CallOptions.retry(policy)).callActivity("charge", input, String.class).await();
		CallOptions handled = CallOptions.defaults().handler((failed) -> failed.lastAttempt() < 2);
		try {
			return ctx.withOptions(handled).callActivity("ship", paid, String.class).await();
		}
		catch (TaskFailedException ex) {
			return paid + ", not shipped";
		}
	}

	private static Object timers(OrchestrationContext ctx, String input) {
		DurableTimer reminder = ctx.createTimer(Duration.ofDays(3_650));
		Task<String> answer = ctx.waitForExternalEvent("answer", String.class);
		ctx.anyOf(List.of(reminder, answer)).await();
		reminder.cancel();
		ctx.createTimer(ctx.now().plusSeconds(30)).await();
		ctx.createTimer(Instant.EPOCH).await();
		return answer.await();
	}

	private static Object events(OrchestrationContext ctx, String input) {
		Task<String> first = ctx.waitForExternalEvent("Go", String.class, Duration.ofMinutes(5));
		Task<String> second = ctx.waitForExternalEvent("go", String.class);
		String timedOut;
		try {
			timedOut = first.await();
		}
		catch (TaskTimeoutException ex) {
			timedOut = "nobody";
		}
		String early = ctx.waitForExternalEvent("early", String.class).await();
		return List.of(timedOut, early, second.await());
	}

	private static Object children(OrchestrationContext ctx, String input) {
		CallOptions named = CallOptions.defaults().instanceId("child-of-mine").version("2").tag("team", "red");
		Task<String> own = ctx.withOptions(named).callSubOrchestrator("ship", input, String.class);
		Task<String> retried = ctx.withOptions(CallOptions.retry(RetryPolicy.of(2, Duration.ofSeconds(1))))
			.callSubOrchestrator("bill", input, String.class);
		String shipped = own.await();
		try {
			return retried.await();
		}
		catch (TaskFailedException ex) {
			return shipped + ", not billed";
		}
	}

	private static Object messenger(OrchestrationContext ctx, String input) {
		String audit = ctx.startOrchestrator("audit", ctx.newUuid().toString(),
				StartOptions.instanceId("audit-1").version("1").tag("of", input));
		String other = ctx.startOrchestrator("audit", ctx.newUuid().toString(), StartOptions.defaults());
		ctx.sendEvent(audit, "Paid", ctx.now().toString());
		return other;
	}

	/** Adds up what comes until it gets 0, each number in an execution of its own. */
	private static Object continued(OrchestrationContext ctx, String sum) {
		int number = ctx.waitForExternalEvent("add", Integer.class).await();
		if (number != 0) {
			ctx.continueAsNew(String.valueOf(Integer.parseInt(sum) + number));
		}
		return sum;
	}

	private static Object patched(OrchestrationContext ctx, String input) {
		String first = ctx.callActivity("greet", input, String.class).await();
		return ctx.isPatched("print-twice")
				? ctx.callActivity("print", first, String.class).await()
						+ ctx.callActivity("print", first, String.class).await()
				: ctx.callActivity("print", first, String.class).await();
	}

	private static Object twoCalls(OrchestrationContext ctx, String input) {
		String receipt = ctx.callActivity("pay", input, String.class).await();
		return receipt + ", " + ctx.callActivity("pay", "fee of " + input, String.class).await();
	}

	private static Object family(OrchestrationContext ctx, String input) {
		Task<String> child = ctx.callSubOrchestrator("ship", input, String.class);
		return ctx.callActivity("pay", input, String.class).await() + child.await();
	}

	/** The code of an orchestrator that takes a text. */
	interface Code {

		Object run(OrchestrationContext context, String input) throws Exception;

	}

}
