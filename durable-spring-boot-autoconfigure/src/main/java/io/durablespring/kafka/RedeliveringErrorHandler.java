package io.durablespring.kafka;

import java.time.Duration;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.ListenerUtils;
import org.springframework.kafka.listener.MessageListenerContainer;

/**
 * Goes back to where a failed batch began and waits a little, for as long as it takes and
 * whatever the exception is: Spring Kafka's own handler gives up on some types. Also
 * drops what was taken from partitions that have moved away, by fetching anew.
 */
final class RedeliveringErrorHandler implements CommonErrorHandler {

	private static final Logger logger = LoggerFactory.getLogger(RedeliveringErrorHandler.class);

	private static final Duration REPEATED_AFTER = Duration.ofMinutes(1);

	private final Duration backoff;

	private String lastProblem = "";

	private long lastTime;

	RedeliveringErrorHandler(Duration backoff) {
		this.backoff = backoff;
	}

	@Override
	public void handleBatch(Exception failure, ConsumerRecords<?, ?> records, Consumer<?, ?> consumer,
			MessageListenerContainer container, Runnable invokeListener) {
		log("Delivering the batch of " + records.count() + " records again", failure);
		records.partitions()
			.forEach((partition) -> consumer.seek(partition, records.records(partition).get(0).offset()));
		pause(container);
	}

	@Override
	public void handleOtherException(Exception failure, Consumer<?, ?> consumer, MessageListenerContainer container,
			boolean batchListener) {
		log("Consuming fails, going on trying", failure);
		pause(container);
	}

	@Override
	public boolean isAckAfterHandle() {
		return false;
	}

	private synchronized void log(String message, Exception failure) {
		Throwable cause = (failure.getCause() != null) ? failure.getCause() : failure;
		String problem = cause.toString();
		long now = System.nanoTime();
		// Once while nothing changes: an outage of an hour must not fill the disk.
		if (!problem.equals(this.lastProblem) || now - this.lastTime > REPEATED_AFTER.toNanos()) {
			logger.warn("{}; trying every {} ms", message, this.backoff.toMillis(), cause);
			this.lastTime = now;
		}
		this.lastProblem = problem;
	}

	private void pause(MessageListenerContainer container) {
		try {
			ListenerUtils.stoppableSleep(container, this.backoff.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
