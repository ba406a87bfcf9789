package io.durablespring.kafka;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.durablespring.history.HistoryEvent;
import io.durablespring.spi.Transport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.BatchMessageListener;

/**
 * Takes what its node can run from what other nodes have handed on, and skips the rest
 * unread: it is for a deployment with other code, which sees it, too.
 * <p>
 * A new deployment also sees what others took long ago. The store knows what has been
 * received, but for commands only as long as it keeps their ids; older ones are skipped.
 */
final class VersionsListener implements BatchMessageListener<String, byte[]> {

	private static final Logger logger = LoggerFactory.getLogger(VersionsListener.class);

	private final OrchestrationListener listener;

	private final Transport.Versions versions;

	private final Duration receivedRetention;

	private final Clock clock;

	/**
	 * Creates a listener.
	 * @param listener delivers what is taken
	 * @param versions what the node can run
	 * @param receivedRetention how long the store remembers a command
	 * @param clock tells the time
	 */
	VersionsListener(OrchestrationListener listener, Transport.Versions versions, Duration receivedRetention,
			Clock clock) {
		this.listener = listener;
		this.versions = versions;
		this.receivedRetention = receivedRetention;
		this.clock = clock;
	}

	@Override
	public void onMessage(List<ConsumerRecord<String, byte[]>> records) {
		Instant remembered = this.clock.instant().minus(this.receivedRetention);
		AtomicInteger forgotten = new AtomicInteger();
		this.listener.take(records.stream().filter(this::canRun).toList(), (message) -> {
			boolean known = !(message.event() instanceof HistoryEvent.Command)
					|| message.event().timestamp().isAfter(remembered);
			if (!known) {
				forgotten.incrementAndGet();
			}
			return known;
		});
		if (forgotten.get() > 0) {
			logger.info("Skipped {} commands from before {}: whether they were received before is forgotten by now",
					forgotten, remembered);
		}
	}

	private boolean canRun(ConsumerRecord<?, ?> record) {
		String orchestrator = WireFormat.header(record, WireFormat.ORCHESTRATOR);
		return orchestrator != null
				&& this.versions.canRun(orchestrator, WireFormat.header(record, WireFormat.VERSION));
	}

}
