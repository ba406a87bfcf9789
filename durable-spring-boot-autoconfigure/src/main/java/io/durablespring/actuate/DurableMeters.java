package io.durablespring.actuate;

import io.durablespring.runtime.DurableRuntime;
import io.durablespring.spi.Transport;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Shows what this node does right now: {@code durable.executions.cached},
 * {@code durable.activities.running} and {@code durable.outbox.unacknowledged}; and for
 * all nodes, {@code durable.dead.letters.waiting}.
 */
public final class DurableMeters implements MeterBinder {

	private final DurableRuntime runtime;

	private final DeadLetterGauge deadLetters;

	/**
	 * Creates the binder.
	 * @param runtime the node
	 * @param transport what carries messages
	 */
	public DurableMeters(DurableRuntime runtime, Transport transport) {
		this.runtime = runtime;
		this.deadLetters = new DeadLetterGauge(transport, System::nanoTime);
	}

	@Override
	public void bindTo(MeterRegistry meters) {
		Gauge.builder("durable.executions.cached", this.runtime, (node) -> node.status().cachedExecutions())
			.description("Waiting executions that are parked, each with a thread: those with a long history")
			.register(meters);
		Gauge.builder("durable.activities.running", this.runtime, (node) -> node.status().runningActivities())
			.description("Activities that run")
			.register(meters);
		Gauge.builder("durable.outbox.unacknowledged", this.runtime, (node) -> node.status().unacknowledgedEntries())
			.description("Outbox entries that this node has yet to send")
			.register(meters);
		Gauge.builder("durable.dead.letters.waiting", this.deadLetters, DeadLetterGauge::value)
			.description("Dead letters of the task hub that wait to be redriven")
			.register(meters);
	}

}
