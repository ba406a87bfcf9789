package io.durablespring.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.durablespring.Activity;
import io.durablespring.FailureDetails;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.TaskFailedException;

/**
 * Orchestrators and activities of every shape.
 */
class SampleWork {

	final Set<Integer> numbers = ConcurrentHashMap.newKeySet();

	final CountDownLatch entered = new CountDownLatch(1);

	final CountDownLatch release = new CountDownLatch(1);

	final AtomicInteger blockingRuns = new AtomicInteger();

	@Orchestrator
	String sequence(OrchestrationContext ctx, String name) {
		return ctx.callActivity(SampleWork::greet, name).await() + ", "
				+ ctx.callActivity(SampleWork::greet, "Bob").await();
	}

	@Orchestrator
	int fanOut(OrchestrationContext ctx, int width) {
		return ctx.allOf(IntStream.range(0, width).mapToObj((i) -> ctx.callActivity(SampleWork::number, i)).toList())
			.await()
			.stream()
			.mapToInt(Integer::intValue)
			.sum();
	}

	@Orchestrator
	void nap(OrchestrationContext ctx, int millis) {
		ctx.createTimer(Duration.ofMillis(millis)).await();
	}

	@Orchestrator
	void longPast(OrchestrationContext ctx) {
		ctx.createTimer(Instant.parse("1700-01-01T00:00:00Z")).await();
	}

	@Orchestrator
	void failingMutely(OrchestrationContext ctx, String inActivity) {
		if (Boolean.parseBoolean(inActivity)) {
			ctx.callActivity(SampleWork::failMutely).await();
		}
		failMutely();
	}

	@Orchestrator
	void failing(OrchestrationContext ctx) {
		ctx.callActivity(SampleWork::fail).await();
	}

	@Orchestrator
	void failingAtLength(OrchestrationContext ctx) {
		ctx.callActivity(SampleWork::failAtLength).await();
	}

	@Orchestrator
	String callsUnknown(OrchestrationContext ctx) {
		try {
			return ctx.callActivity("nowhere", null, String.class).await();
		}
		catch (TaskFailedException ex) {
			return ex.failure().message();
		}
	}

	@Orchestrator
	String echo(OrchestrationContext ctx, int length) {
		return ctx.callActivity(SampleWork::repeat, length).await();
	}

	@Orchestrator
	String blocking(OrchestrationContext ctx) {
		return ctx.callActivity(SampleWork::block).await();
	}

	@Activity
	String greet(String name) {
		return "Hi " + name;
	}

	@Activity
	Integer number(Integer number) {
		this.numbers.add(number);
		return number;
	}

	@Activity
	void failMutely() {
		throw new Mute();
	}

	@Activity
	void fail() {
		throw new IllegalStateException("no funds");
	}

	@Activity
	void failAtLength() {
		throw new IllegalStateException("x".repeat(2_000_000));
	}

	@Activity
	String repeat(Integer length) {
		return "x".repeat(length);
	}

	@Activity
	String block() throws InterruptedException {
		this.blockingRuns.incrementAndGet();
		this.entered.countDown();
		this.release.await();
		return "done";
	}

	static final class Mute extends RuntimeException implements FailureDetails.HasProperties {

		@Override
		public String getMessage() {
			throw new IllegalStateException("no message");
		}

		@Override
		public Map<String, String> failureProperties() {
			return Collections.singletonMap("code", null);
		}

	}

}
