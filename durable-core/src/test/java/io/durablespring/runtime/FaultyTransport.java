package io.durablespring.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

import io.durablespring.history.Message;
import io.durablespring.local.InProcessTransport;
import io.durablespring.spi.Transport;

/**
 * A transport that can refuse messages, and deliver them twice and out of order.
 */
class FaultyTransport implements Transport {

	private final InProcessTransport transport = new InProcessTransport(2, Duration.ofMillis(10));

	final List<Message> deadLetters = Collections.synchronizedList(new ArrayList<>());

	private final Random random = new Random(7);

	volatile Predicate<Message> refuses = (message) -> false;

	volatile boolean duplicating;

	@Override
	public void start(Subscription subscription, Receiver receiver) {
		this.transport.start(subscription, receiver);
	}

	@Override
	public void stop() {
		this.transport.stop();
	}

	@Override
	public void close() {
		this.transport.close();
	}

	@Override
	public CompletionStage<?> send(List<? extends Message> messages, boolean resent) {
		if (messages.stream().anyMatch(this.refuses)) {
			return CompletableFuture.failedFuture(new IllegalStateException("refused"));
		}
		if (!this.duplicating) {
			return this.transport.send(messages, resent);
		}
		List<Message> twice = new ArrayList<>(messages);
		twice.addAll(messages);
		synchronized (this.random) {
			Collections.shuffle(twice, this.random);
		}
		return this.transport.send(twice, resent);
	}

	@Override
	public void deadLetter(Message message, String reason) {
		this.deadLetters.add(message);
		this.transport.deadLetter(message, reason);
	}

	@Override
	public Status status() {
		return this.transport.status();
	}

}
