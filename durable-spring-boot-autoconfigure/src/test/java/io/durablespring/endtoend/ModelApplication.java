package io.durablespring.endtoend;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.durablespring.Activity;
import io.durablespring.CallOptions;
import io.durablespring.DurableTimer;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.Retry;
import io.durablespring.RetryPolicy;
import io.durablespring.StartOptions;
import io.durablespring.Task;
import io.durablespring.TaskTimeoutException;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.stereotype.Component;

/**
 * An application that uses the whole orchestration model.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import({ ModelApplication.Approvals.class, ModelApplication.Families.class, ModelApplication.Patient.class,
		ModelApplication.FlakyBank.class })
class ModelApplication {

	record Vote(String by, boolean yes) {
	}

	@Component
	static class Approvals {

		@Orchestrator
		String approval(OrchestrationContext ctx, Duration timeout) {
			ctx.setCustomStatus(Map.of("waitingFor", "vote"));
			try {
				Vote vote = ctx.waitForExternalEvent("vote", Vote.class, timeout).await();
				return (vote.yes() ? "approved by " : "rejected by ") + vote.by();
			}
			catch (TaskTimeoutException ex) {
				return "timed out";
			}
		}

		/** Adds up what comes until it gets 0, each number in an execution of its own. */
		@Orchestrator
		int counter(OrchestrationContext ctx, int sum) {
			int number = ctx.waitForExternalEvent("add", Integer.class).await();
			return (number == 0) ? sum : ctx.<Integer>continueAsNew(sum + number);
		}

		@Orchestrator
		String reminder(OrchestrationContext ctx) {
			DurableTimer timer = ctx.createTimer(Duration.ofDays(3_650));
			Task<String> answer = ctx.waitForExternalEvent("answer", String.class);
			ctx.anyOf(List.of(timer, answer)).await();
			timer.cancel();
			return answer.await();
		}

	}

	@Component
	static class Families {

		@Orchestrator
		int family(OrchestrationContext ctx, int children) {
			return ctx.allOf(
					IntStream.range(0, children).mapToObj((i) -> ctx.callSubOrchestrator(Families::member, i)).toList())
				.await()
				.stream()
				.mapToInt(Integer::intValue)
				.sum();
		}

		@Orchestrator
		int member(OrchestrationContext ctx, int number) {
			return ctx.callActivity(FlakyBank::pay, "member-" + number).await().length();
		}

		@Orchestrator
		String waitingFamily(OrchestrationContext ctx, String childId) {
			return ctx.withOptions(CallOptions.defaults().instanceId(childId))
				.callSubOrchestrator(Approvals::approval, Duration.ofHours(1))
				.await();
		}

		@Orchestrator
		void messenger(OrchestrationContext ctx, String to) {
			ctx.startOrchestrator("counter", 1, StartOptions.instanceId(to));
			ctx.sendEvent(to, "add", 41);
			ctx.sendEvent(to, "add", 0);
		}

		@Orchestrator
		String grandparent(OrchestrationContext ctx, String account) {
			return ctx.callSubOrchestrator(Families::payer, account).await();
		}

		@Orchestrator
		String payer(OrchestrationContext ctx, String account) {
			String receipt = ctx.callActivity(FlakyBank::pay, account).await();
			return receipt + ", " + ctx.callActivity(FlakyBank::pay, "fee of " + account).await();
		}

	}

	@Component
	static class Patient {

		@Orchestrator
		String retrying(OrchestrationContext ctx, String account) {
			RetryPolicy policy = RetryPolicy.of(5, Duration.ofMillis(20)).backoff(1.5).jitter(0.5);
			return ctx.withOptions(CallOptions.retry(policy)).callActivity(FlakyBank::pay, account).await();
		}

		@Orchestrator
		String retryingAsAnnotated(OrchestrationContext ctx, String account) {
			return ctx.callActivity(FlakyBank::payPatiently, account).await();
		}

		@Orchestrator
		String mirror(OrchestrationContext ctx, String large) {
			return ctx.callActivity(FlakyBank::mirror, large).await();
		}

		@Orchestrator
		Instant patched(OrchestrationContext ctx) {
			return ctx.isPatched("later-now") ? ctx.now() : Instant.EPOCH;
		}

	}

	@Component
	static class FlakyBank {

		/** How often each account is still to fail. */
		final Map<String, AtomicInteger> failures = new ConcurrentHashMap<>();

		final Map<String, AtomicInteger> payments = new ConcurrentHashMap<>();

		@Activity
		String pay(String account) {
			this.payments.computeIfAbsent(account, (key) -> new AtomicInteger()).incrementAndGet();
			AtomicInteger left = this.failures.get(account);
			if (left != null && left.getAndDecrement() > 0) {
				throw new IllegalStateException("no connection for " + account);
			}
			return "paid " + account;
		}

		@Activity(retry = @Retry(maxAttempts = 3, firstRetryInterval = "20ms"))
		String payPatiently(String account) {
			return pay(account);
		}

		@Activity
		String mirror(String large) {
			return new StringBuilder(large).reverse().toString();
		}

	}

}
