package io.durablespring.kafka;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import io.durablespring.history.Message;
import io.durablespring.spi.Transport;

/**
 * A node that takes whatever comes and acknowledges when it is told to.
 */
final class Node implements Transport.Receiver, AutoCloseable {

	private final KafkaTransport transport;

	private final List<Message.ToOrchestration> events = new CopyOnWriteArrayList<>();

	private final List<Transport.ActivityDelivery> deliveries = new CopyOnWriteArrayList<>();

	private final AtomicInteger failures = new AtomicInteger();

	private volatile boolean failing;

	private volatile String poison;

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
		this.transport.start(new Transport.Subscription(true, queues, Transport.Versions.any()), this);
		return this;
	}

	/**
	 * Starts as a node of a deployment that runs some versions of every orchestrator.
	 */
	Node startWith(String... versions) {
		this.transport.start(new Transport.Subscription(true, Set.of(), new OneDeployment(Set.of(versions))), this);
		return this;
	}

	@Override
	public void orchestrations(List<Message.ToOrchestration> messages) {
		String poison = this.poison;
		if (this.failing || messages.stream().anyMatch((message) -> message.instanceId().equals(poison))) {
			this.failures.incrementAndGet();
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

	/**
	 * Fails each batch with a message of an instance.
	 */
	void failing(String instanceId) {
		this.poison = instanceId;
	}

	int failures() {
		return this.failures.get();
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

	private record OneDeployment(Set<String> known) implements Transport.Versions {

		@Override
		public boolean canRun(String name, String version) {
			return version != null && this.known.contains(version);
		}

		@Override
		public String fingerprint() {
			return String.join("and", new TreeSet<>(this.known));
		}

	}

}
