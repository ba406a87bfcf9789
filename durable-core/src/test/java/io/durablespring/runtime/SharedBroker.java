package io.durablespring.runtime;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.durablespring.history.Message;
import io.durablespring.spi.Transport;

/**
 * A broker that several nodes share. The test says which node gets the messages to
 * orchestrations, as a group coordinator does.
 */
final class SharedBroker {

	private final Deque<Message.ToOrchestration> orchestrations = new ArrayDeque<>();

	private final List<Message.ToActivity> activities = new ArrayList<>();

	Link link() {
		return new Link();
	}

	synchronized boolean hasOrchestrations() {
		return !this.orchestrations.isEmpty();
	}

	/** Delivers everything that waits, and what comes of it, to one node. */
	void deliverOrchestrations(Link owner) {
		while (true) {
			List<Message.ToOrchestration> batch;
			synchronized (this) {
				batch = List.copyOf(this.orchestrations);
				this.orchestrations.clear();
			}
			if (batch.isEmpty()) {
				return;
			}
			owner.receiver.orchestrations(batch);
		}
	}

	/** What activities are to be run, each returned once. */
	synchronized List<Message.ToActivity> takeCalls() {
		List<Message.ToActivity> calls = List.copyOf(this.activities);
		this.activities.clear();
		return calls;
	}

	synchronized void send(Message message) {
		if (message instanceof Message.ToOrchestration event) {
			this.orchestrations.add(event);
		}
		else {
			this.activities.add((Message.ToActivity) message);
		}
	}

	/**
	 * One node's connection.
	 */
	final class Link implements Transport {

		private Receiver receiver;

		@Override
		public void start(Subscription subscription, Receiver started) {
			this.receiver = started;
		}

		@Override
		public void stop() {
		}

		@Override
		public void close() {
		}

		@Override
		public CompletionStage<?> send(List<? extends Message> messages, boolean resent) {
			messages.forEach(SharedBroker.this::send);
			return CompletableFuture.completedFuture(null);
		}

		@Override
		public void deadLetter(Message message, String reason) {
			throw new IllegalStateException(reason);
		}

		@Override
		public Status status() {
			return new Status("shared", null, Map.of(), Map.of());
		}

	}

}
