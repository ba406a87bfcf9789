package io.durablespring.test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.durablespring.history.Message;
import io.durablespring.spi.Transport;

/**
 * A receiver that remembers what it got and can be made to fail, to wait and to have no
 * capacity.
 */
final class RecordingReceiver implements Transport.Receiver {

	private final List<Message.ToOrchestration> events = new CopyOnWriteArrayList<>();

	private final List<Transport.ActivityDelivery> deliveries = new CopyOnWriteArrayList<>();

	private final Map<String, AtomicInteger> inside = new ConcurrentHashMap<>();

	private final List<String> overlaps = new CopyOnWriteArrayList<>();

	private final AtomicInteger attempts = new AtomicInteger();

	private volatile int wanted = Integer.MAX_VALUE;

	private volatile Consumer<List<Message.ToOrchestration>> onEvents = (messages) -> {
	};

	private volatile Consumer<List<Transport.ActivityDelivery>> onDeliveries = (calls) -> {
	};

	/**
	 * Runs before a batch is taken in; a batch for which it throws is not.
	 */
	RecordingReceiver onEvents(Consumer<List<Message.ToOrchestration>> action) {
		this.onEvents = action;
		return this;
	}

	RecordingReceiver onDeliveries(Consumer<List<Transport.ActivityDelivery>> action) {
		this.onDeliveries = action;
		return this;
	}

	/**
	 * Wants calls until it has this many in total.
	 */
	RecordingReceiver wants(int calls) {
		this.wanted = calls;
		return this;
	}

	@Override
	public void orchestrations(List<Message.ToOrchestration> messages) {
		this.attempts.incrementAndGet();
		List<AtomicInteger> entered = new ArrayList<>();
		for (String instance : messages.stream().map(Message::instanceId).distinct().toList()) {
			AtomicInteger visitors = this.inside.computeIfAbsent(instance, (id) -> new AtomicInteger());
			if (visitors.getAndIncrement() > 0) {
				this.overlaps.add(instance);
			}
			entered.add(visitors);
		}
		try {
			this.onEvents.accept(messages);
			this.events.addAll(messages);
		}
		finally {
			entered.forEach(AtomicInteger::decrementAndGet);
		}
	}

	@Override
	public void activities(List<Transport.ActivityDelivery> calls) {
		this.onDeliveries.accept(calls);
		this.deliveries.addAll(calls);
	}

	@Override
	public int activityCapacity() {
		return this.wanted - this.deliveries.size();
	}

	/**
	 * What arrived, each message once and where it was first: a transport may deliver it
	 * again whenever its consumers share their work out anew.
	 */
	List<Message.ToOrchestration> events() {
		return this.events.stream().distinct().toList();
	}

	List<Message.ToOrchestration> events(String instanceId) {
		return events().stream().filter((message) -> message.instanceId().equals(instanceId)).toList();
	}

	List<Transport.ActivityDelivery> deliveries() {
		return List.copyOf(this.deliveries);
	}

	List<Message.ToActivity> calls() {
		List<Message.ToActivity> calls = new ArrayList<>();
		this.deliveries.forEach((delivery) -> calls.add(delivery.message()));
		return calls;
	}

	/**
	 * Instances of which it had messages twice at a time.
	 */
	List<String> overlaps() {
		return List.copyOf(this.overlaps);
	}

	int attempts() {
		return this.attempts.get();
	}

}
