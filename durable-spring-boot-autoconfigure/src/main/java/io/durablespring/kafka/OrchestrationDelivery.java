package io.durablespring.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

import io.durablespring.history.Message;
import io.durablespring.kafka.DirectLane.Waiting;
import io.durablespring.spi.Transport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.ConsumerAwareRebalanceListener;

/**
 * Gives messages to the receiver: those that the consumers bring, and, while it is idle,
 * those of this node to its own instances, which take no way by the broker. Whoever sends
 * one of these keeps it safe until its consequence is durable, so it need not be stored
 * once more on its way; what cannot be delivered here goes by the broker after all.
 * Thread-safe.
 * <p>
 * A node may think for a while that it has a partition which it has lost. That does no
 * harm: two nodes that run one instance are told apart by the version of its row.
 */
final class OrchestrationDelivery implements ConsumerAwareRebalanceListener {

	private static final Logger logger = LoggerFactory.getLogger(OrchestrationDelivery.class);

	private static final int BATCH = 500;

	private final Topics topics;

	private final boolean direct;

	private final InstanceGate gate = new InstanceGate();

	private final Map<Integer, PartitionPosition> positions = new ConcurrentHashMap<>();

	private final DirectLane lane = new DirectLane();

	private final Thread worker = new Thread(this::work, "durable-direct");

	private final LongAdder deliveredDirectly = new LongAdder();

	private volatile Transport.@Nullable Receiver receiver;

	/**
	 * Creates a delivery; until it is started, everything goes by the broker.
	 * @param topics knows which partition an instance is in
	 * @param direct whether it delivers anything that no consumer has brought
	 */
	OrchestrationDelivery(Topics topics, boolean direct) {
		this.topics = topics;
		this.direct = direct;
		this.worker.setDaemon(true);
	}

	void start(Transport.Receiver messageReceiver) {
		this.receiver = messageReceiver;
		if (this.direct) {
			this.worker.start();
		}
	}

	/** Gives what waits to the broker. What is being delivered is waited for. */
	void stop(Duration timeout) {
		this.positions.values().forEach((position) -> position.own(false));
		this.lane.close();
		try {
			TimeUnit.MILLISECONDS.timedJoin(this.worker, timeout.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** How many messages did not go by the broker. */
	long deliveredDirectly() {
		return this.deliveredDirectly.sum();
	}

	// --- Senders

	/**
	 * Takes a message to an instance of this node.
	 * @return done when its consequence is durable, failed if it must go by the broker;
	 * {@code null} if it must from the start
	 */
	@Nullable CompletableFuture<Void> offer(Message.ToOrchestration message) {
		if (!this.direct || this.receiver == null) {
			return null;
		}
		Waiting waiting = new Waiting(message, position(message));
		return this.lane.offer(waiting, this.gate::isEmpty) ? waiting.delivered() : null;
	}

	/** How far the messages are that this node has sent to the partition of one. */
	PartitionPosition position(Message.ToOrchestration message) {
		return position(this.topics.partition(this.topics.orchestrations(), message.instanceId()));
	}

	private PartitionPosition position(int partition) {
		return this.positions.computeIfAbsent(partition, (number) -> new PartitionPosition());
	}

	private void work() {
		while (!this.lane.isClosed()) {
			try {
				deliver(this.lane.take(BATCH));
			}
			catch (InterruptedException ex) {
				logger.debug("Ignoring an interrupt: stop() ends this thread", ex);
			}
		}
		this.lane.detour(List.of(), new KafkaException("The node stops"));
	}

	private void deliver(List<Waiting> taken) {
		try {
			deliverAll(taken.stream().map(Waiting::message).toList());
		}
		catch (RuntimeException | Error ex) {
			logger.warn("Messages to instances of this node go by the broker, for they could not be delivered: {}",
					ex.toString());
			this.lane.detour(taken, ex);
			return;
		}
		this.deliveredDirectly.add(taken.size());
		this.lane.delivered(taken);
	}

	// --- Consumers

	@Override
	public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
		own(partitions, true);
	}

	@Override
	public void onPartitionsRevokedBeforeCommit(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
		own(partitions, false);
	}

	@Override
	public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
		own(partitions, false);
	}

	private void own(Collection<TopicPartition> partitions, boolean now) {
		partitions.forEach((partition) -> position(partition.partition()).own(now));
	}

	/**
	 * Delivers what a consumer brings. On return its consequence is durable; if this
	 * throws, it is to be delivered again.
	 * @param ends by partition, the offset after the last message
	 */
	void deliver(List<Message.ToOrchestration> messages, Map<Integer, Long> ends) {
		deliverAll(messages);
		ends.forEach((partition, end) -> position(partition).delivered(end));
	}

	private void deliverAll(List<Message.ToOrchestration> messages) {
		if (messages.isEmpty()) {
			return;
		}
		Set<String> instances = messages.stream().map(Message::instanceId).collect(Collectors.toSet());
		this.gate.enter(instances);
		try {
			Objects.requireNonNull(this.receiver).orchestrations(messages);
		}
		finally {
			this.gate.leave(instances);
		}
	}

}
