package io.durablespring.kafka;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

import io.durablespring.history.Message;
import io.durablespring.spi.Transport;

/**
 * A node that takes whatever comes and acknowledges when it is told to.
 */
final class Node implements Transport.Receiver, AutoCloseable {

	private final KafkaTransport transport;

	private final List<Message.ToOrchestration> events = new CopyOnWriteArrayList<>();

	private final List<Transport.ActivityDelivery> deliveries = new CopyOnWriteArrayList<>();

	private volatile boolean failing;

	private Node(KafkaTransport transport) {
		this.transport = transport;
	}

	static Node of(KafkaTransport transport) {
		return new Node(transport);
	}

	static Node start(String hub) {
		return start(TestBroker.transport(hub));
	}

	static Node start(KafkaTransport transport) {
		return of(transport).start(Set.of(""));
	}

	Node start(Set<String> queues) {
		this.transport.start(new Transport.Subscription(true, queues), this);
		return this;
	}

	@Override
	public void orchestrations(List<Message.ToOrchestration> messages) {
		if (this.failing) {
			throw new IllegalStateException("planted");
		}
		this.events.addAll(messages);
	}

	@Override
	public void activities(List<Transport.ActivityDelivery> calls) {
		this.deliveries.addAll(calls);
	}

	@Override
	public int activityCapacity() {
		return 1000;
	}

	void failing(boolean value) {
		this.failing = value;
	}

	KafkaTransport transport() {
		return this.transport;
	}

	List<Message.ToOrchestration> events() {
		return this.events;
	}

	List<Transport.ActivityDelivery> deliveries() {
		return this.deliveries;
	}

	List<Integer> taskIds() {
		return this.deliveries.stream().map((delivery) -> delivery.message().taskId()).toList();
	}

	void acknowledge(int taskId) {
		this.deliveries.stream()
			.filter((delivery) -> delivery.message().taskId() == taskId)
			.forEach(Transport.ActivityDelivery::acknowledge);
	}

	@Override
	public void close() {
		this.transport.close();
	}

}
