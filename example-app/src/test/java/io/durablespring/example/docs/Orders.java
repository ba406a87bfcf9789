package io.durablespring.example.docs;

import java.util.List;

import io.durablespring.Activity;
import io.durablespring.CallOptions;
import io.durablespring.ContinueAsNewOptions;
import io.durablespring.DurableClient;
import io.durablespring.InstanceFilter;
import io.durablespring.InstanceQuery;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.StartOptions;

/**
 * Two versions of one orchestrator.
 */
class Orders {

	// tag::side-by-side[]
	@Orchestrator(value = "Order", version = "1")
	String orderV1(OrchestrationContext ctx, Order order) {
		return ctx.callActivity(Orders::ship, order).await();
	}

	@Orchestrator(value = "Order", version = "2")
	String orderV2(OrchestrationContext ctx, Order order) {
		ctx.callActivity(Orders::reserve, order).await();
		return ctx.callActivity(Orders::ship, order).await();
	}
	// end::side-by-side[]

	// tag::start[]
	void startSome(DurableClient client, Order order) {
		client.start("Order", order); // the default version, or else the newest
		client.start(Orders::orderV1, order); // version 1: the method's own
		client.start("Order", order, StartOptions.defaults().version("1")); // version 1
	}
	// end::start[]

	// tag::child[]
	@Orchestrator("OrderAll")
	List<String> orderAll(OrchestrationContext ctx, List<Order> orders) {
		OrchestrationContext stable = ctx.withOptions(CallOptions.defaults().version("1"));
		return ctx
			.allOf(orders.stream().map((order) -> stable.callSubOrchestrator("Order", order, String.class)).toList())
			.await();
	}
	// end::child[]

	// tag::eternal[]
	@Orchestrator(value = "Restock", version = "1")
	String restockV1(OrchestrationContext ctx, int shelf) {
		if (shelf == 3) {
			return "all shelves are full";
		}
		return ctx.continueAsNew(shelf + 1, ContinueAsNewOptions.defaults().version("2"));
	}
	// end::eternal[]

	@Orchestrator(value = "Restock", version = "2")
	String restockV2(OrchestrationContext ctx, int shelf) {
		return (shelf < 3) ? ctx.continueAsNew(shelf + 1) : "all shelves are full, says version 2";
	}

	// tag::unused[]
	boolean isUnused(DurableClient client, String version) {
		InstanceFilter needing = InstanceFilter.all().unfinished().name("Order").version(version);
		return client.query(InstanceQuery.of(needing).pageSize(1)).instances().isEmpty();
	}
	// end::unused[]

	@Activity("Ship")
	String ship(Order order) {
		return "parcel-" + order.id();
	}

	@Activity("Reserve")
	void reserve(Order order) {
	}

}
