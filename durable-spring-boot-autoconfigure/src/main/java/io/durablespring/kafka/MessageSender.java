package io.durablespring.kafka;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

import io.durablespring.history.Message;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages to their topics. One that can never be sent is put aside, so that the
 * others are not sent again for ever. Thread-safe.
 */
final class MessageSender {

	private static final String UNKNOWN_TOPIC = "?";

	private final Topics topics;

	private final WireFormat wire;

	private final RecordSender sender;

	private final DeadLetters deadLetters;

	private final OrchestrationDelivery delivery;

	MessageSender(Topics topics, WireFormat wire, RecordSender sender, DeadLetters deadLetters,
			OrchestrationDelivery delivery) {
		this.delivery = delivery;
		this.topics = topics;
		this.wire = wire;
		this.sender = sender;
		this.deadLetters = deadLetters;
	}

	CompletionStage<?> send(List<? extends Message> messages, boolean resent) {
		Progress progress = new Progress(messages.size());
		for (Message message : messages) {
			if (progress.failed()) {
				// The broker does not answer: each further message would wait for it.
				progress.done(null);
				continue;
			}
			send(message, resent).whenComplete((ignored, failure) -> progress.done(failure));
		}
		return progress.stage;
	}

	private CompletionStage<?> send(Message message, boolean resent) {
		CompletionStage<Void> direct = (message instanceof Message.ToOrchestration to) ? this.delivery.offer(to) : null;
		return (direct == null) ? sendByBroker(message, resent)
				: direct
					.<CompletionStage<?>>handle((delivered, failure) -> (failure == null)
							? CompletableFuture.completedStage(null) : sendByBroker(message, resent))
					.thenCompose((stage) -> stage);
	}

	private CompletionStage<?> sendByBroker(Message message, boolean resent) {
		ProducerRecord<String, byte[]> record;
		try {
			record = record(message, resent);
		}
		catch (IllegalArgumentException ex) {
			return this.deadLetters.unsent(without(message, resent), String.valueOf(ex.getMessage()));
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
		return send(message, record)
			.<CompletionStage<?>>handle((metadata, failure) -> isHopeless(failure) ? unsentLater(record, failure)
					: (failure != null) ? CompletableFuture.failedStage(failure)
							: CompletableFuture.completedStage(metadata))
			.thenCompose((stage) -> stage);
	}

	private CompletableFuture<RecordMetadata> send(Message message, ProducerRecord<String, byte[]> record) {
		if (!(message instanceof Message.ToOrchestration to)) {
			return this.sender.send(record);
		}
		PartitionPosition position = this.delivery.position(to);
		position.sending();
		return this.sender.send(record)
			.whenComplete((metadata, failure) -> position.sent((metadata != null) ? metadata.offset() : -1));
	}

	/**
	 * Not on the producer's thread: sending may wait for the topic's metadata, which that
	 * thread has to fetch.
	 */
	private CompletionStage<?> unsentLater(ProducerRecord<String, byte[]> record, Throwable failure) {
		return CompletableFuture.completedFuture(String.valueOf(failure.getMessage()))
			.thenComposeAsync((reason) -> this.deadLetters.unsent(record, reason));
	}

	/**
	 * The record of a message.
	 * @param message the message
	 * @param resent whether it may have been sent before
	 * @return the record
	 * @throws IllegalArgumentException if it can never be sent
	 */
	ProducerRecord<String, byte[]> record(Message message, boolean resent) {
		Map<String, String> headers = this.wire.headers(message, resent);
		String topic = this.topics.orchestrations();
		if (message instanceof Message.ToVersion) {
			topic = this.topics.versions();
		}
		else if (message instanceof Message.ToActivity call) {
			topic = this.topics.activities(call.queue());
			headers.put(WireFormat.REPLY_TOPIC, this.topics.orchestrations());
			headers.put(WireFormat.REPLY_PARTITION,
					String.valueOf(this.topics.partition(this.topics.orchestrations(), message.instanceId())));
		}
		ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic,
				this.topics.partition(topic, message.instanceId()), message.instanceId(), this.wire.value(message));
		headers.forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
		return record;
	}

	/**
	 * Puts a message aside.
	 * @param message the message
	 * @param reason why it cannot be processed
	 * @return done when it is safe
	 */
	CompletableFuture<?> putAside(Message message, String reason) {
		ProducerRecord<String, byte[]> record;
		try {
			record = record(message, false);
		}
		catch (IllegalArgumentException ex) {
			record = without(message, false);
		}
		return this.deadLetters.unsent(record, reason);
	}

	private ProducerRecord<String, byte[]> without(Message message, boolean resent) {
		ProducerRecord<String, byte[]> record = new ProducerRecord<>(UNKNOWN_TOPIC, message.instanceId(), null);
		this.wire.headers(message, resent)
			.forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
		return record;
	}

	/**
	 * Whether a record that could not be sent never can.
	 */
	static boolean isHopeless(@Nullable Throwable failure) {
		return failure instanceof RecordTooLargeException || failure instanceof SerializationException;
	}

	/**
	 * How far a send is. It ends when every message has, so that a message is not sent
	 * again while it is still under way.
	 */
	private static final class Progress {

		private final CompletableFuture<Void> stage = new CompletableFuture<>();

		private final AtomicInteger outstanding;

		private volatile @Nullable Throwable failure;

		Progress(int messages) {
			this.outstanding = new AtomicInteger(messages);
			if (messages == 0) {
				this.stage.complete(null);
			}
		}

		boolean failed() {
			return this.failure != null;
		}

		void done(@Nullable Throwable problem) {
			if (problem != null) {
				this.failure = problem;
			}
			if (this.outstanding.decrementAndGet() == 0) {
				Throwable failed = this.failure;
				if (failed != null) {
					this.stage.completeExceptionally(failed);
				}
				else {
					this.stage.complete(null);
				}
			}
		}

	}

}
