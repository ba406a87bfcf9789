package io.durablespring.example.docs;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.durablespring.DurableClient;
import io.durablespring.DurableClient.Signal;
import io.durablespring.HistoryEntry;
import io.durablespring.IdReusePolicy;
import io.durablespring.InstanceFilter;
import io.durablespring.InstanceQuery;
import io.durablespring.InstanceStatus;
import io.durablespring.NonDeterministicOrchestratorException;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.PurgeResult;
import io.durablespring.StartOptions;

/**
 * What clients do.
 */
class Operator {

	private final DurableClient client;

	Operator(DurableClient client) {
		this.client = client;
	}

	// tag::start[]
	String orderTomorrow(Order order, Instant tomorrow) {
		StartOptions options = StartOptions.instanceId("order-" + order.id())
			.at(tomorrow)
			.tag("customer", order.customer())
			.reuse(IdReusePolicy.REJECT);
		return this.client.start("Order", order, options);
	}
	// end::start[]

	// tag::signal-with-start[]
	void confirm(String reader) {
		this.client.signalWithStart(Newsletter::subscription, reader, StartOptions.instanceId("subscription-" + reader),
				new Signal("confirmed", reader));
	}
	// end::signal-with-start[]

	// tag::query[]
	void list(String customer, Instant since) {
		InstanceFilter failed = InstanceFilter.all()
			.status(InstanceStatus.FAILED)
			.name("Order")
			.tag("customer", customer)
			.completed(since, null);
		InstanceQuery query = InstanceQuery.of(failed).fetchPayloads().pageSize(50);
		String next = null;
		do {
			InstanceQuery.Page page = this.client.query(query.after(next));
			page.instances().forEach(this::report);
			next = page.continuationToken();
		}
		while (next != null);
	}
	// end::query[]

	private void report(OrchestrationMetadata instance) {
		List<HistoryEntry> history = this.client.history(instance.instanceId());
		System.out.println(instance.instanceId() + ": " + instance.failure() + ", " + history.size() + " events");
	}

	// tag::resume[]
	void resumeAfterRollOut() {
		InstanceFilter suspended = InstanceFilter.all().status(InstanceStatus.SUSPENDED);
		String next = null;
		do {
			InstanceQuery.Page page = this.client.query(InstanceQuery.of(suspended).after(next));
			for (OrchestrationMetadata instance : page.instances()) {
				if (instance.failure() != null
						&& instance.failure().isCausedBy(NonDeterministicOrchestratorException.class)) {
					this.client.resume(instance.instanceId(), "All nodes have the new code");
				}
			}
			next = page.continuationToken();
		}
		while (next != null);
	}
	// end::resume[]

	// tag::purge[]
	boolean purge(Instant before) {
		PurgeResult result = this.client.purge(InstanceFilter.all().completed(null, before), true,
				Duration.ofMinutes(1));
		return result.complete();
	}
	// end::purge[]

}
