package io.durablespring.kafka;

import java.util.concurrent.CompletableFuture;

import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.springframework.kafka.core.ProducerFactory;

/**
 * Hands records to the producer. Thread-safe.
 */
final class RecordSender {

	private final ProducerFactory<String, byte[]> producers;

	private volatile boolean closed;

	RecordSender(ProducerFactory<String, byte[]> producers) {
		this.producers = producers;
	}

	/**
	 * Sends a record.
	 * @param record the record
	 * @return done when every replica in sync has it; completed on the producer's own
	 * thread
	 */
	CompletableFuture<RecordMetadata> send(ProducerRecord<String, byte[]> record) {
		CompletableFuture<RecordMetadata> stage = new CompletableFuture<>();
		if (this.closed) {
			stage.completeExceptionally(new IllegalStateException("The transport is closed"));
			return stage;
		}
		// Asked for each time: the factory replaces a producer that has failed for good.
		try (Producer<String, byte[]> producer = this.producers.createNonTransactionalProducer()) {
			producer.send(record, (metadata, failure) -> {
				if (failure != null) {
					stage.completeExceptionally(failure);
				}
				else {
					stage.complete(metadata);
				}
			});
		}
		catch (RuntimeException ex) {
			stage.completeExceptionally(ex);
		}
		return stage;
	}

	void close() {
		this.closed = true;
		this.producers.reset();
	}

}
