package io.durablespring.actuate;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.durablespring.InstanceStatus;
import io.durablespring.history.Message;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.StepCommit;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MicrometerRuntimeListener} and {@link MessageCounters}.
 */
class MicrometerRuntimeListenerTests {

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final MicrometerRuntimeListener listener = new MicrometerRuntimeListener(this.meters);

	private final Message.ToActivity call = new Message.ToActivity("m", "i", "e", 1, "charge", null, null);

	@Test
	void stepsAndEndsAreCounted() {
		this.listener.stepsCommitted(List.of(step(InstanceStatus.RUNNING), step(InstanceStatus.COMPLETED)));
		assertThat(this.meters.get("durable.steps").tag("orchestrator", "order").counter().count()).isEqualTo(2);
		assertThat(this.meters.get("durable.orchestrations")
			.tags("orchestrator", "order", "status", "COMPLETED")
			.counter()
			.count()).isEqualTo(1);
		assertThat(this.meters.find("durable.orchestrations").tag("status", "RUNNING").counter()).isNull();
	}

	@Test
	void activitiesAreTimedByOutcome() {
		this.listener.activityCompleted(this.call, false, 2_000_000);
		this.listener.activityCompleted(this.call, true, 5_000_000);
		this.listener.activityCompleted(new Message.ToActivity("m", "i", "e", 1, "charge", "slow", null), false, 1);
		assertThat(this.meters.get("durable.activities")
			.tags("activity", "charge", "queue", "default", "outcome", "SUCCESS")
			.timer()
			.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(2);
		assertThat(this.meters.get("durable.activities").tag("outcome", "FAILURE").timer().count()).isEqualTo(1);
		assertThat(this.meters.get("durable.activities").tag("queue", "slow").timer().count()).isEqualTo(1);
	}

	@Test
	void lostMessagesAreCounted() {
		this.listener.messageDropped(this.call, "duplicate");
		this.listener.messageDropped(this.call, "duplicate");
		this.listener.messageDropped(this.call, "finished");
		this.listener.messageDeadLettered(this.call, "The history of instance 'i' cannot be read");
		assertThat(this.meters.get("durable.messages.dropped").tag("reason", "duplicate").counter().count())
			.isEqualTo(2);
		assertThat(this.meters.get("durable.messages.dead.lettered").counter().count()).isEqualTo(1);
		assertThat(this.meters.get("durable.messages.dead.lettered").counter().getId().getTags()).isEmpty();
	}

	@Test
	void lostMessagesAreCountedWithoutMicrometer() {
		MessageCounters counters = new MessageCounters();
		counters.messageDropped(this.call, "finished");
		counters.messageDropped(this.call, "duplicate");
		counters.messageDropped(this.call, "duplicate");
		counters.messageDeadLettered(this.call, "why");
		assertThat(counters.dropped()).hasToString("{duplicate=2, finished=1}");
		assertThat(counters.deadLettered()).isEqualTo(1);
	}

	private static StepCommit step(InstanceStatus status) {
		return new StepCommit(new InstanceHead("i", "order", null, InstanceStatus.RUNNING, "e", 1, null), Instant.EPOCH,
				new StepCommit.State(status, true, null, null, null, null),
				StepCommit.HistoryChange.of("e", 0, List.of()), StepCommit.Outgoing.nothing(), List.of());
	}

}
