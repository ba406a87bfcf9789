package io.durablespring.faults;

import java.time.Duration;

import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.faults.Ledger.Item;

import org.springframework.stereotype.Component;

/**
 * Orders that continue as new after each round. The number carries what has come of the
 * rounds before.
 */
@Component
class LongOrders {

	/** The rounds count down, so the last step is 1. */
	@Orchestrator
	int eternal(OrchestrationContext ctx, Order order) {
		int booked = ctx.callActivity(Ledger::book, new Item(order.step(order.size()), order.number())).await();
		return (order.size() == 1) ? booked
				: ctx.<Integer>continueAsNew(new Order(order.id(), order.size() - 1, booked));
	}

	/**
	 * One signal a round; those that come meanwhile must reach the rounds that follow.
	 */
	@Orchestrator
	int counter(OrchestrationContext ctx, Order order) {
		int sum = order.number() + ctx.waitForExternalEvent("signal", Integer.class, Duration.ofHours(2)).await();
		if (order.size() > 1) {
			return ctx.<Integer>continueAsNew(new Order(order.id(), order.size() - 1, sum));
		}
		return ctx.callActivity(Ledger::book, new Item(order.step(0), sum)).await();
	}

}
