package io.durablespring.quickstart;

import java.util.List;

import io.durablespring.Activity;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.Task;

import org.springframework.stereotype.Component;
import org.springframework.stereotype.Service;

// tag::beans[]
@Component
class Orders {

	@Orchestrator
	Receipt order(OrchestrationContext ctx, Order order) {
		Payment payment = ctx.callActivity(Payments::charge, order).await();
		List<Task<Parcel>> parcels = order.items()
			.stream()
			.map((item) -> ctx.callActivity(Warehouse::ship, item))
			.toList();
		return new Receipt(payment, ctx.allOf(parcels).await());
	}

}

@Service
class Payments {

	@Activity
	Payment charge(Order order) {
		// call the bank
		return new Payment(order.number());
	}

}
// end::beans[]

@Service
class Warehouse {

	@Activity
	Parcel ship(String item) {
		return new Parcel(item);
	}

}

record Order(String number, List<String> items) {
}

record Payment(String order) {
}

record Parcel(String item) {
}

record Receipt(Payment payment, List<Parcel> parcels) {
}
