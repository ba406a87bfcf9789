package io.durablespring.actuate;

import io.durablespring.runtime.DurableRuntime;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Shows what this node does right now: {@code durable.executions.cached},
 * {@code durable.activities.running} and {@code durable.outbox.unacknowledged}.
 */
public final class DurableMeters implements MeterBinder {

	private final DurableRuntime runtime;

	/**
	 * Creates the binder.
	 * @param runtime the node
	 */
	public DurableMeters(DurableRuntime runtime) {
		this.runtime = runtime;
	}

	@Override
	public void bindTo(MeterRegistry meters) {
		Gauge.builder("durable.executions.cached", this.runtime, (node) -> node.status().cachedExecutions())
			.description("Waiting executions in memory")
			.register(meters);
		Gauge.builder("durable.activities.running", this.runtime, (node) -> node.status().runningActivities())
			.description("Activities that run")
			.register(meters);
		Gauge.builder("durable.outbox.unacknowledged", this.runtime, (node) -> node.status().unacknowledgedEntries())
			.description("Outbox entries that this node has yet to send")
			.register(meters);
	}

}
