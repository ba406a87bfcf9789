package io.durablespring.runtime;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.durablespring.Activity;
import io.durablespring.ActivityContext;
import io.durablespring.CallOptions;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.Retry;
import io.durablespring.RetryPolicy;
import io.durablespring.StartOptions;
import io.durablespring.Task;
import io.durablespring.TaskFailedException;
import org.awaitility.Awaitility;

/**
 * Orchestrations that wait for events, call each other, try again and go on as new.
 */
class SampleOrchestrations {

	/** How often each activity is still to fail, by its input. */
	final Map<String, AtomicInteger> failures = new ConcurrentHashMap<>();

	/** The inputs with which activities ran, in order. */
	final List<String> runs = new CopyOnWriteArrayList<>();

	/** Set by tests that ask. */
	ActivityContext activities;

	final CountDownLatch blocked = new CountDownLatch(1);

	@Orchestrator
	String approval(OrchestrationContext ctx) {
		ctx.setCustomStatus("waiting");
		return ctx.waitForExternalEvent("approve", String.class).await();
	}

	@Orchestrator
	void talkative(OrchestrationContext ctx, int length) {
		ctx.setCustomStatus("x".repeat(length));
	}

	@Orchestrator
	String twoEvents(OrchestrationContext ctx) {
		return ctx.waitForExternalEvent("go", String.class).await()
				+ ctx.waitForExternalEvent("GO", String.class).await();
	}

	/** Sums up numbers until it gets 0, each in an execution of its own. */
	@Orchestrator
	int counter(OrchestrationContext ctx, int sum) {
		int number = ctx.waitForExternalEvent("add", Integer.class).await();
		return (number == 0) ? sum : ctx.<Integer>continueAsNew(sum + number);
	}

	/** Adds up lengths of texts, each in an execution of its own. */
	@Orchestrator
	int collector(OrchestrationContext ctx, int length) {
		String part = ctx.waitForExternalEvent("part", String.class).await();
		return part.equals("end") ? length : ctx.<Integer>continueAsNew(length + part.length());
	}

	/** Goes on as new until its input is 0. */
	@Orchestrator
	String countdown(OrchestrationContext ctx, int left) {
		ctx.callActivity(SampleOrchestrations::work, "step").await();
		return (left == 0) ? "done in " + ctx.instanceId() : ctx.<String>continueAsNew(left - 1);
	}

	@Orchestrator
	String parent(OrchestrationContext ctx, String input) {
		return "parent of " + ctx.callSubOrchestrator(SampleOrchestrations::child, input).await();
	}

	@Orchestrator
	String child(OrchestrationContext ctx, String input) {
		return ctx.callActivity(SampleOrchestrations::work, input).await();
	}

	@Orchestrator
	String parentOfMany(OrchestrationContext ctx, int count) {
		List<Task<String>> children = IntStream.range(0, count)
			.mapToObj((i) -> ctx.callSubOrchestrator(SampleOrchestrations::child, "c" + i))
			.toList();
		return String.join(",", ctx.allOf(children).await());
	}

	@Orchestrator
	String parentOfNamed(OrchestrationContext ctx, String childId) {
		try {
			return ctx.withOptions(CallOptions.defaults().instanceId(childId).tag("by", "parent"))
				.callSubOrchestrator("approval", null, String.class)
				.await();
		}
		catch (TaskFailedException ex) {
			return "failed: " + ex.failure().type();
		}
	}

	@Orchestrator
	String parentOfOne(OrchestrationContext ctx, String childId) {
		return "mine: " + ctx.withOptions(CallOptions.defaults().instanceId(childId))
			.callSubOrchestrator(SampleOrchestrations::child, "x")
			.await();
	}

	/** Goes on as new without waiting for its child. */
	@Orchestrator
	String leavesAlone(OrchestrationContext ctx, int left) {
		if (left > 0) {
			ctx.callSubOrchestrator("approval", null, String.class);
			return ctx.<String>continueAsNew(left - 1);
		}
		return ctx.waitForExternalEvent("approve", String.class).await();
	}

	@Orchestrator
	String leavesAndEnds(OrchestrationContext ctx) {
		ctx.callSubOrchestrator("approval", null, String.class);
		return "left";
	}

	@Orchestrator
	String parentOfApproval(OrchestrationContext ctx, String childId) {
		return ctx.withOptions(CallOptions.defaults().instanceId(childId))
			.callSubOrchestrator("approval", null, String.class)
			.await();
	}

	@Orchestrator
	String retrying(OrchestrationContext ctx, String input) {
		return ctx.withOptions(CallOptions.retry(RetryPolicy.of(3, Duration.ofMillis(5))))
			.callActivity(SampleOrchestrations::work, input)
			.await();
	}

	@Orchestrator
	void retryingTwice(OrchestrationContext ctx, String input) {
		OrchestrationContext stubborn = ctx.withOptions(CallOptions.retry(RetryPolicy.of(5, Duration.ofMillis(5))));
		ctx.allOf(List.of(stubborn.callActivity(SampleOrchestrations::work, input),
				stubborn.callActivity(SampleOrchestrations::work, input)))
			.await();
	}

	@Orchestrator
	String annotated(OrchestrationContext ctx, String input) {
		return ctx.callActivity(SampleOrchestrations::stubborn, input).await();
	}

	@Orchestrator
	String starter(OrchestrationContext ctx, String otherId) {
		String id = ctx.startOrchestrator("approval", null, StartOptions.instanceId(otherId));
		ctx.sendEvent(id, "approve", "by " + ctx.instanceId());
		return id;
	}

	@Orchestrator
	void sleepless(OrchestrationContext ctx) throws InterruptedException {
		this.blocked.await();
	}

	/** Blocks in a library's code. */
	@Orchestrator
	void polling(OrchestrationContext ctx) {
		Awaitility.await().until(() -> this.blocked.getCount() == 0);
	}

	@Orchestrator
	String big(OrchestrationContext ctx, String input) {
		return ctx.callActivity(SampleOrchestrations::work, input).await();
	}

	@Orchestrator
	String curious(OrchestrationContext ctx, String input) {
		return ctx.withOptions(CallOptions.retry(RetryPolicy.of(3, Duration.ofMillis(1))))
			.callActivity(SampleOrchestrations::describe, input)
			.await();
	}

	@Activity
	String describe(String input) {
		ran(input);
		ActivityContext call = this.activities;
		return call.name() + " #" + call.attempt() + " of " + call.instanceId() + " " + call.tags();
	}

	@Activity
	String work(String input) {
		return ran(input);
	}

	@Activity(retry = @Retry(maxAttempts = 4, firstRetryInterval = "5ms"))
	String stubborn(String input) {
		return ran(input);
	}

	private String ran(String input) {
		this.runs.add(input);
		AtomicInteger left = this.failures.get(input);
		if (left != null && left.getAndDecrement() > 0) {
			throw new IllegalStateException("not yet " + input);
		}
		return input;
	}

}
