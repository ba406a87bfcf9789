package io.durablespring.actuate;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import io.durablespring.history.Message;
import io.durablespring.spi.DeadLetterQueue;
import io.durablespring.spi.Transport;

/**
 * A transport that shows other dead letters than it has.
 *
 * @param transport does everything else
 * @param letters what it shows
 */
record ShowingTransport(Transport transport, Supplier<DeadLetterQueue> letters) implements Transport {

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
		return this.transport.send(messages, resent);
	}

	@Override
	public void deadLetter(Message message, String reason) {
		this.transport.deadLetter(message, reason);
	}

	@Override
	public DeadLetterQueue deadLetters() {
		return this.letters.get();
	}

	@Override
	public Status status() {
		return this.transport.status();
	}

}
