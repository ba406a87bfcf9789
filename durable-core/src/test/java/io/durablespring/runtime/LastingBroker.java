package io.durablespring.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.durablespring.history.Message;
import io.durablespring.spi.Transport.ActivityDelivery;
import io.durablespring.spi.Transport.Receiver;

/**
 * Keeps each message until somebody has acknowledged it, and delivers when the test says
 * so.
 */
final class LastingBroker {

	private final List<Message.ToOrchestration> events = new ArrayList<>();

	private final List<Call> calls = new ArrayList<>();

	/** The calls that one node has got. */
	private final Set<Call> delivered = ConcurrentHashMap.newKeySet();

	synchronized void take(List<? extends Message> messages, boolean resent) {
		for (Message message : messages) {
			if (message instanceof Message.ToActivity call) {
				this.calls.add(new Call(call, resent));
			}
			else {
				this.events.add((Message.ToOrchestration) message);
			}
		}
	}

	/** What has not been acknowledged goes to another node. */
	synchronized void rebalance() {
		this.calls.replaceAll((call) -> new Call(call.message, true));
		this.delivered.clear();
	}

	void deliver(Receiver receiver) {
		List<Message.ToOrchestration> batch;
		List<Call> news;
		synchronized (this) {
			batch = List.copyOf(this.events);
			news = this.calls.stream().filter((call) -> !this.delivered.contains(call)).toList();
			this.delivered.addAll(news);
		}
		receiver.activities(List.copyOf(news));
		if (!batch.isEmpty()) {
			receiver.orchestrations(batch);
			synchronized (this) {
				this.events.subList(0, batch.size()).clear();
			}
		}
	}

	synchronized boolean isEmpty() {
		return this.events.isEmpty() && this.calls.isEmpty();
	}

	private synchronized void remove(Call call) {
		this.calls.remove(call);
	}

	/**
	 * A call on its way; no two are equal.
	 */
	private final class Call implements ActivityDelivery {

		private final Message.ToActivity message;

		private final boolean redelivered;

		Call(Message.ToActivity message, boolean redelivered) {
			this.message = message;
			this.redelivered = redelivered;
		}

		@Override
		public Message.ToActivity message() {
			return this.message;
		}

		@Override
		public boolean redelivered() {
			return this.redelivered;
		}

		@Override
		public void acknowledge() {
			remove(this);
		}

	}

}
