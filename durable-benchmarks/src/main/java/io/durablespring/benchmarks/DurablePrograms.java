package io.durablespring.benchmarks;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.durablespring.Activity;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;

/**
 * The programs as a user of durable-spring writes them.
 */
class DurablePrograms {

	private final LongAdder steps;

	DurablePrograms(LongAdder steps) {
		this.steps = steps;
	}

	@Orchestrator("HELLO3")
	String hello3(OrchestrationContext ctx) {
		return hello(ctx, 3);
	}

	@Orchestrator("HELLO5")
	String hello5(OrchestrationContext ctx) {
		return hello(ctx, 5);
	}

	private String hello(OrchestrationContext ctx, int cities) {
		return Arrays.stream(Program.CITIES, 0, cities)
			.map((city) -> ctx.callActivity(DurablePrograms::greet, city).await())
			.collect(Collectors.joining(" "));
	}

	@Orchestrator("SEQUENCE")
	String sequence(OrchestrationContext ctx, int length) {
		int sum = 0;
		for (int i = 0; i < length; i++) {
			sum = ctx.callActivity(DurablePrograms::increment, sum).await();
		}
		return String.valueOf(sum);
	}

	@Orchestrator("FANOUT")
	String fanOut(OrchestrationContext ctx, int width) {
		List<Integer> all = ctx
			.allOf(IntStream.range(0, width).mapToObj((i) -> ctx.callActivity(DurablePrograms::identity, i)).toList())
			.await();
		return String.valueOf(all.stream().mapToLong(Integer::longValue).sum());
	}

	@Orchestrator("JOB")
	String job(OrchestrationContext ctx) {
		return hello(ctx, 1);
	}

	@Orchestrator("TIMER")
	String timer(OrchestrationContext ctx, long epochSecond) {
		ctx.createTimer(Instant.ofEpochSecond(epochSecond)).await();
		// No activity, so that only the timer is measured.
		this.steps.increment();
		return "fired";
	}

	@Orchestrator("EVENTS")
	String events(OrchestrationContext ctx, Sum before) {
		Sum sum = before;
		for (int i = 0; i < Program.EVENTS_PER_EXECUTION && sum.open > 0; i++) {
			int number = ctx.waitForExternalEvent(Program.EVENT, Integer.class).await();
			sum = new Sum(sum.open - 1, sum.value + number);
		}
		return (sum.open > 0) ? ctx.continueAsNew(sum) : String.valueOf(sum.value);
	}

	@Orchestrator("ECHO")
	String echo(OrchestrationContext ctx, String text) {
		return String.valueOf(ctx.callActivity(DurablePrograms::same, text).await().length());
	}

	@Activity
	String same(String text) {
		this.steps.increment();
		return text;
	}

	@Activity
	String greet(String city) {
		this.steps.increment();
		return Program.greet(city);
	}

	@Activity
	int increment(int number) {
		this.steps.increment();
		return number + 1;
	}

	@Activity
	int identity(int number) {
		this.steps.increment();
		return number;
	}

	/**
	 * How far an instance is that takes events.
	 *
	 * @param open how many are to come
	 * @param value their sum so far
	 */
	record Sum(int open, long value) {
	}

}
