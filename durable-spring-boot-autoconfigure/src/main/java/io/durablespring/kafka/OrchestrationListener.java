package io.durablespring.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

import io.durablespring.history.Message;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.springframework.kafka.listener.BatchMessageListener;

/**
 * Gives polled batches to the receiver. Returns when all of a batch may be acknowledged;
 * throws when it must be delivered again.
 */
final class OrchestrationListener implements BatchMessageListener<String, byte[]> {

	private static final Duration PUT_ASIDE_TIMEOUT = Duration.ofSeconds(30);

	private final WireFormat wire;

	private final DeadLetters deadLetters;

	private final OrchestrationDelivery delivery;

	OrchestrationListener(WireFormat wire, DeadLetters deadLetters, OrchestrationDelivery delivery) {
		this.wire = wire;
		this.deadLetters = deadLetters;
		this.delivery = delivery;
	}

	@Override
	public void onMessage(List<ConsumerRecord<String, byte[]>> records) {
		Map<Integer, Long> ends = new HashMap<>();
		records.forEach((record) -> ends.put(record.partition(), record.offset() + 1));
		take(records, (message) -> true, ends);
	}

	/**
	 * Gives records to the receiver that are not of the orchestrations topic.
	 * @param records the records
	 * @param wanted which of their messages the receiver is to have
	 */
	void take(List<ConsumerRecord<String, byte[]>> records, Predicate<Message.ToOrchestration> wanted) {
		take(records, wanted, Map.of());
	}

	private void take(List<ConsumerRecord<String, byte[]>> records, Predicate<Message.ToOrchestration> wanted,
			Map<Integer, Long> ends) {
		List<Message.ToOrchestration> messages = new ArrayList<>(records.size());
		Map<ConsumerRecord<String, byte[]>, String> malformed = new LinkedHashMap<>();
		for (ConsumerRecord<String, byte[]> record : records) {
			try {
				Message.ToOrchestration message = this.wire.event(record);
				if (wanted.test(message)) {
					messages.add(message);
				}
			}
			catch (MalformedRecordException ex) {
				malformed.put(record, String.valueOf(ex.getMessage()));
			}
		}
		deliver(messages, ends);
		// Only now: were the good ones delivered again, these would be put aside again.
		putAside(malformed);
	}

	private void deliver(List<Message.ToOrchestration> messages, Map<Integer, Long> ends) {
		try {
			this.delivery.deliver(messages, ends);
		}
		catch (Error ex) {
			// An Error would end the container and with it the partition: one bad
			// message must not.
			throw new KafkaException("The receiver failed: " + ex, ex);
		}
	}

	private void putAside(Map<ConsumerRecord<String, byte[]>, String> malformed) {
		CompletableFuture<?>[] stages = malformed.entrySet()
			.stream()
			.map((entry) -> this.deadLetters.received(entry.getKey(), entry.getValue()))
			.toArray(CompletableFuture[]::new);
		try {
			CompletableFuture.allOf(stages).get(PUT_ASIDE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw new KafkaException("Cannot put malformed records aside", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new KafkaException("Interrupted while putting malformed records aside", ex);
		}
	}

}
