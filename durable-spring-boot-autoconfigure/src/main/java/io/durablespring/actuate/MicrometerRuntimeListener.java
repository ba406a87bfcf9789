package io.durablespring.actuate;

import java.util.List;
import java.util.concurrent.TimeUnit;

import io.durablespring.history.Message;
import io.durablespring.spi.RuntimeListener;
import io.durablespring.spi.StepCommit;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/**
 * Counts and times what this node does:
 * <ul>
 * <li>{@code durable.steps} by orchestrator</li>
 * <li>{@code durable.orchestrations} that ended, by orchestrator and status</li>
 * <li>{@code durable.activities}, timed, by name, queue and outcome</li>
 * <li>{@code durable.messages.dropped} by reason</li>
 * <li>{@code durable.messages.dead.lettered}</li>
 * </ul>
 */
public final class MicrometerRuntimeListener implements RuntimeListener {

	private final MeterProvider<Counter> steps;

	private final MeterProvider<Counter> orchestrations;

	private final MeterProvider<Timer> activities;

	private final MeterProvider<Counter> dropped;

	private final Counter deadLettered;

	/**
	 * Creates a listener.
	 * @param meters where meters are registered
	 */
	public MicrometerRuntimeListener(MeterRegistry meters) {
		this.steps = Counter.builder("durable.steps")
			.description("Steps that this node has committed")
			.withRegistry(meters);
		this.orchestrations = Counter.builder("durable.orchestrations")
			.description("Orchestrations that ended on this node")
			.withRegistry(meters);
		this.activities = Timer.builder("durable.activities")
			.description("Activities that this node has run")
			.withRegistry(meters);
		this.dropped = Counter.builder("durable.messages.dropped")
			.description("Messages without a consequence")
			.withRegistry(meters);
		this.deadLettered = Counter.builder("durable.messages.dead.lettered")
			.description("Messages that were put aside")
			.register(meters);
	}

	@Override
	public void stepsCommitted(List<StepCommit> commits) {
		for (StepCommit commit : commits) {
			String orchestrator = commit.head().name();
			this.steps.withTags("orchestrator", orchestrator).increment();
			if (commit.status().isFinished()) {
				this.orchestrations.withTags("orchestrator", orchestrator, "status", commit.status().name())
					.increment();
			}
		}
	}

	@Override
	public void activityCompleted(Message.ToActivity call, boolean failed, long nanos) {
		this.activities
			.withTags("activity", call.name(), "queue", (call.queue() != null) ? call.queue() : "default", "outcome",
					failed ? "FAILURE" : "SUCCESS")
			.record(nanos, TimeUnit.NANOSECONDS);
	}

	@Override
	public void messageDropped(Message message, String reason) {
		this.dropped.withTags("reason", reason).increment();
	}

	@Override
	public void messageDeadLettered(Message message, String reason) {
		// The reason names the instance: as a tag it would never end.
		this.deadLettered.increment();
	}

}
