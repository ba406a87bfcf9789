package io.durablespring.runtime;

import java.time.Instant;
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

	private final List<Message.ToVersion> versions = new ArrayList<>();

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

	synchronized int waitingForVersions() {
		return this.versions.size();
	}

	/** Delivers what waits for other versions to one node, as far as it can run it. */
	void deliverVersions(Link node) {
		List<Message.ToOrchestration> runnable;
		synchronized (this) {
			runnable = this.versions.stream()
				.filter((other) -> node.versions.canRun(other.name(), other.version()))
				.map(Message.ToVersion::message)
				.toList();
		}
		if (!runnable.isEmpty()) {
			node.receiver.orchestrations(runnable);
		}
	}

	/** Takes what waits off the broker, to be sent again when the test says so. */
	synchronized List<Message.ToOrchestration> takeOrchestrations() {
		List<Message.ToOrchestration> taken = List.copyOf(this.orchestrations);
		this.orchestrations.clear();
		return taken;
	}

	/** What activities are to be run, each returned once. */
	synchronized List<Message.ToActivity> takeCalls() {
		List<Message.ToActivity> calls = List.copyOf(this.activities);
		this.activities.clear();
		return calls;
	}

	synchronized void send(Message message) {
		Message arriving = AsStored.of(message);
		if (arriving instanceof Message.ToOrchestration event) {
			this.orchestrations.add(event);
		}
		else if (arriving instanceof Message.ToVersion other) {
			this.versions.add(other);
		}
		else {
			this.activities.add((Message.ToActivity) arriving);
		}
	}

	/**
	 * One node's connection.
	 */
	final class Link implements Transport {

		private Receiver receiver;

		private Versions versions;

		@Override
		public void start(Subscription subscription, Receiver started) {
			this.receiver = started;
			this.versions = subscription.versions();
		}

		/** Delivers a call that was sent just now. */
		void call(Message.ToActivity call, boolean redelivered) {
			call(call, redelivered, Instant.now());
		}

		void call(Message.ToActivity call, boolean redelivered, Instant sentAt) {
			this.receiver.activities(List.of(new ActivityDelivery() {

				@Override
				public Message.ToActivity message() {
					return call;
				}

				@Override
				public boolean redelivered() {
					return redelivered;
				}

				@Override
				public Instant sentAt() {
					return sentAt;
				}

				@Override
				public void acknowledge() {
				}

			}));
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
