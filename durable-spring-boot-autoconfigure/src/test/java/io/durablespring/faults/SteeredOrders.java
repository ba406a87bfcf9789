package io.durablespring.faults;

import java.time.Duration;
import java.util.stream.IntStream;

import io.durablespring.CallOptions;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.faults.Ledger.Item;

import org.springframework.stereotype.Component;

/**
 * Orders that do not come to their end without somebody who steers them.
 */
@Component
class SteeredOrders {

	private static final Duration LONG = Duration.ofHours(2);

	/** Is started by whichever of its signals comes first. */
	@Orchestrator
	int basket(OrchestrationContext ctx, Order order) {
		int sum = order.number();
		for (int i = 0; i < order.size(); i++) {
			sum += ctx.waitForExternalEvent("signal", Integer.class, LONG).await();
		}
		return ctx.callActivity(Ledger::book, new Item(order.step(0), sum)).await();
	}

	/** Is terminated at any moment, and its children with it. */
	@Orchestrator
	int recalled(OrchestrationContext ctx, Order order) {
		ctx.callActivity(Ledger::book, new Item(order.step(0), order.number())).await();
		return ctx
			.allOf(IntStream.range(0, order.size())
				.mapToObj((i) -> child(ctx, order, i).callSubOrchestrator(SteeredOrders::endless,
						new Order(childId(order, i), 1, order.number())))
				.toList())
			.await()
			.size();
	}

	@Orchestrator
	int endless(OrchestrationContext ctx, Order order) {
		int booked = ctx.callActivity(Ledger::book, new Item(order.step(0), order.number())).await();
		return booked + ctx.waitForExternalEvent("nothing", Integer.class, LONG).await();
	}

	/** Is suspended at any moment, and gets the signal that it needs after that. */
	@Orchestrator
	int paused(OrchestrationContext ctx, Order order) {
		int number = order.number();
		for (int i = 0; i < order.size(); i++) {
			ctx.createTimer(Duration.ofMillis(20 + 40 * i)).await();
			number = ctx.callActivity(Ledger::book, new Item(order.step(i), number)).await();
		}
		int signal = ctx.waitForExternalEvent("signal", Integer.class, LONG).await();
		return ctx.callActivity(Ledger::book, new Item(order.step(order.size()), number + signal)).await();
	}

	/**
	 * Fails, by itself or in its child, and is rewound. What it has booked by then is not
	 * booked again.
	 */
	@Orchestrator
	int repaired(OrchestrationContext ctx, Order order) {
		int number = order.number();
		for (int i = 0; i < order.size(); i++) {
			number = ctx.callActivity(Ledger::book, new Item(order.step(i), number)).await();
		}
		number = (order.size() % 2 == 0)
				? ctx.callActivity(Ledger::bookOnceRepaired, new Item(order.step(order.size()), number)).await()
				: child(ctx, order, 0)
					.callSubOrchestrator(SteeredOrders::delicate, new Order(childId(order, 0), 1, number))
					.await();
		return ctx.callActivity(Ledger::book, new Item(order.step(order.size() + 1), number)).await();
	}

	@Orchestrator
	int delicate(OrchestrationContext ctx, Order order) {
		int number = ctx.callActivity(Ledger::book, new Item(order.step(0), order.number())).await();
		return ctx.callActivity(Ledger::bookOnceRepaired, new Item(order.step(1), number)).await();
	}

	private static OrchestrationContext child(OrchestrationContext ctx, Order order, int index) {
		return ctx.withOptions(CallOptions.defaults().instanceId(childId(order, index)));
	}

	private static String childId(Order order, int index) {
		return order.id() + "-child" + index;
	}

}
