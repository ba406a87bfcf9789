package io.durablespring.example.chaining;

import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.TaskFailedException;

import org.springframework.stereotype.Component;

/**
 * Takes an order from the shelf to the post office.
 */
@Component
class OrderProcess {

	// tag::orchestrator[]
	@Orchestrator("ProcessOrder")
	Receipt process(OrchestrationContext ctx, Order order) {
		String reservation = ctx.callActivity(Warehouse::reserve, order).await();
		String payment = pay(ctx, order, reservation);
		String parcel = ctx.callActivity(Warehouse::ship, new Shipment(reservation, payment)).await();
		return new Receipt(payment, parcel);
	}

	private String pay(OrchestrationContext ctx, Order order, String reservation) {
		try {
			return ctx.callActivity(Payments::charge, order).await();
		}
		catch (TaskFailedException ex) {
			// No money, no goods: undo the step before, then fail as this one did.
			ctx.callActivity(Warehouse::release, reservation).await();
			throw ex;
		}
	}
	// end::orchestrator[]

}
