package io.durablespring.example.docs;

import java.time.Instant;

import io.durablespring.DurableClient;
import io.durablespring.InstanceFilter;
import io.durablespring.InstanceQuery;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;

/**
 * A change of an orchestrator whose instances go on.
 */
class PatchedOrders {

	/** How the code was. */
	static class Before {

		// tag::before[]
		@Orchestrator("PatchedOrder")
		String order(OrchestrationContext ctx, Order order) {
			return ctx.callActivity(Orders::ship, order).await();
		}
		// end::before[]

	}

	/** Both branches. */
	static class Both {

		// tag::both[]
		@Orchestrator("PatchedOrder")
		String order(OrchestrationContext ctx, Order order) {
			if (ctx.isPatched("reserve-first")) {
				ctx.callActivity(Orders::reserve, order).await();
			}
			return ctx.callActivity(Orders::ship, order).await();
		}
		// end::both[]

	}

	/** No instance needs the old branch. */
	static class After {

		// tag::after[]
		@Orchestrator("PatchedOrder")
		String order(OrchestrationContext ctx, Order order) {
			ctx.isPatched("reserve-first"); // as long as nodes have both branches
			ctx.callActivity(Orders::reserve, order).await();
			return ctx.callActivity(Orders::ship, order).await();
		}
		// end::after[]

	}

	// tag::pending[]
	boolean mayGo(DurableClient client) {
		return !client.isPatchPending("PatchedOrder", "reserve-first");
	}
	// end::pending[]

	// tag::pending-before[]
	boolean mayGo(DurableClient client, Instant allNodesHaveIt) {
		InstanceFilter needing = InstanceFilter.all()
			.unfinished()
			.name("PatchedOrder")
			.withoutPatch("reserve-first")
			.created(null, allNodesHaveIt);
		return client.query(InstanceQuery.of(needing).pageSize(1)).instances().isEmpty();
	}
	// end::pending-before[]

}
