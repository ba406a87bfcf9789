package io.durablespring.example.docs;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.durablespring.CallOptions;
import io.durablespring.CompositeTaskFailedException;
import io.durablespring.DurableTimer;
import io.durablespring.FailureDetails;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.RetryPolicy;
import io.durablespring.Task;
import io.durablespring.TaskFailedException;

/**
 * What orchestrators do about failures.
 */
class Payments {

	// tag::policy[]
	private static final RetryPolicy PATIENT = RetryPolicy.of(10, Duration.ofMillis(100))
		.backoff(2)
		.maxInterval(Duration.ofMinutes(10))
		.timeout(Duration.ofHours(6))
		.jitter(0.2)
		.notOn(CardBlockedException.class);

	@Orchestrator("CheckBalance")
	int checkBalance(OrchestrationContext ctx, String customer) {
		return ctx.withOptions(CallOptions.retry(PATIENT)).callActivity(Bank::balance, customer).await();
	}
	// end::policy[]

	// tag::handler[]
	@Orchestrator("CheckBalanceOfClosedBank")
	int checkBalanceOfClosedBank(OrchestrationContext ctx, String customer) {
		CallOptions options = CallOptions.retry(PATIENT)
			.handler((failed) -> failed.lastFailure().isCausedBy(IllegalStateException.class));
		return ctx.withOptions(options).callActivity(Bank::balance, customer).await();
	}
	// end::handler[]

	// tag::catch[]
	@Orchestrator("Pay")
	Receipt pay(OrchestrationContext ctx, Order order) {
		try {
			return new Receipt(true, ctx.callActivity(Bank::charge, order).await());
		}
		catch (TaskFailedException ex) {
			FailureDetails failure = ex.failure();
			if (failure.isCausedBy(CardBlockedException.class)) {
				return new Receipt(false, "Card blocked: " + failure.properties().get("code"));
			}
			throw ex;
		}
	}
	// end::catch[]

	// tag::all-of[]
	@Orchestrator("PayAll")
	List<String> payAll(OrchestrationContext ctx, List<Order> orders) {
		List<Task<String>> payments = new ArrayList<>();
		for (Order order : orders) {
			payments.add(ctx.callActivity(Bank::charge, order));
		}
		try {
			return ctx.allOf(payments).await();
		}
		catch (CompositeTaskFailedException ex) {
			// All are done now: take back what was paid, then fail.
			for (Task<String> payment : payments) {
				paid(payment).forEach((number) -> ctx.callActivity(Bank::refund, number).await());
			}
			throw ex;
		}
	}

	private static List<String> paid(Task<String> payment) {
		try {
			return List.of(payment.await());
		}
		catch (TaskFailedException ex) {
			return List.of();
		}
	}
	// end::all-of[]

	// tag::any-of[]
	@Orchestrator("PayInTime")
	Receipt payInTime(OrchestrationContext ctx, Order order) {
		Task<String> payment = ctx.callActivity(Bank::charge, order);
		DurableTimer deadline = ctx.createTimer(Duration.ofMinutes(5));
		if (ctx.anyOf(List.of(payment, deadline)).await() == deadline) {
			return new Receipt(false, "The bank has not answered in time");
		}
		deadline.cancel();
		return new Receipt(true, payment.await());
	}
	// end::any-of[]

	// tag::child[]
	@Orchestrator("PayByChild")
	Receipt payByChild(OrchestrationContext ctx, Order order) {
		try {
			return ctx.callSubOrchestrator(Payments::settle, order).await();
		}
		catch (TaskFailedException ex) {
			return new Receipt(false, rootOf(ex.failure()).type());
		}
	}

	@Orchestrator("Settle")
	Receipt settle(OrchestrationContext ctx, Order order) {
		return new Receipt(true, ctx.callActivity(Bank::charge, order).await());
	}

	private static FailureDetails rootOf(FailureDetails failure) {
		FailureDetails cause = failure.cause();
		return (cause != null) ? rootOf(cause) : failure;
	}
	// end::child[]

}
