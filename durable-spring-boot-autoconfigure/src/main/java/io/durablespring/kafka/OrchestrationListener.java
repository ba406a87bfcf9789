package io.durablespring.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

import io.durablespring.history.Message;
import io.durablespring.spi.Transport;
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

	private final Transport.Receiver receiver;

	private final InstanceGate gate;

	OrchestrationListener(WireFormat wire, DeadLetters deadLetters, Transport.Receiver receiver, InstanceGate gate) {
		this.wire = wire;
		this.deadLetters = deadLetters;
		this.receiver = receiver;
		this.gate = gate;
	}

	@Override
	public void onMessage(List<ConsumerRecord<String, byte[]>> records) {
		take(records, (message) -> true);
	}

	/**
	 * Gives records to the receiver.
	 * @param records the records
	 * @param wanted which of their messages the receiver is to have
	 */
	void take(List<ConsumerRecord<String, byte[]>> records, Predicate<Message.ToOrchestration> wanted) {
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
		if (!messages.isEmpty()) {
			this.gate.pass(messages, () -> deliver(messages));
		}
		// Only now: were the good ones delivered again, these would be put aside again.
		putAside(malformed);
	}

	private void deliver(List<Message.ToOrchestration> messages) {
		try {
			this.receiver.orchestrations(messages);
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
