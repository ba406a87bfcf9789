package io.durablespring.runtime;

import java.util.List;

import io.durablespring.history.Message;
import io.durablespring.spi.RuntimeListener;
import io.durablespring.spi.Transport;

/**
 * Puts messages aside that cannot be processed. Thread-safe.
 */
final class DeadLetters {

	private final Transport transport;

	private final RuntimeListener listeners;

	DeadLetters(Transport transport, RuntimeListener listeners) {
		this.transport = transport;
		this.listeners = listeners;
	}

	/**
	 * Puts messages aside. If it throws, they must not be acknowledged.
	 */
	void add(List<? extends Message> messages, String reason) {
		for (Message message : messages) {
			this.transport.deadLetter(message, reason);
			this.listeners.messageDeadLettered(message, reason);
		}
	}

}
