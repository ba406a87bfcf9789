package io.durablespring.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

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
 * Gives messages to the receiver: those that the consumers bring, and those of this node
 * to its own instances, which take no way by the broker. Whoever sends one of these keeps
 * it safe until its consequence is durable, so it need not be stored once more on its
 * way; what cannot be delivered here goes by the broker after all. Thread-safe.
 * <p>
 * A node may think for a while that it has a partition which it has lost. That does no
 * harm: two nodes that run one instance are told apart by the version of its row.
 */
final class OrchestrationDelivery implements ConsumerAwareRebalanceListener {

	private static final Logger logger = LoggerFactory.getLogger(OrchestrationDelivery.class);

	private static final int BATCH = 500;

	private static final long LONGEST_REST = Duration.ofMillis(5).toNanos();

	private final Topics topics;

	private final boolean direct;

	private final InstanceGate gate = new InstanceGate();

	private final Map<Integer, DirectLane> lanes = new ConcurrentHashMap<>();

	private final List<Worker> workers = new ArrayList<>();

	private final LongAdder deliveredDirectly = new LongAdder();

	private volatile Transport.@Nullable Receiver receiver;

	/**
	 * Creates a delivery; until it is started, everything goes by the broker.
	 * @param topics knows which partition an instance is in
	 * @param settings how many threads it has, and whether it delivers anything itself
	 */
	OrchestrationDelivery(Topics topics, KafkaTransportSettings settings) {
		this.topics = topics;
		this.direct = settings.directDelivery();
		for (int i = 0; this.direct && i < settings.concurrency(); i++) {
			this.workers.add(new Worker("durable-direct-" + i));
		}
	}

	void start(Transport.Receiver messageReceiver) {
		this.receiver = messageReceiver;
		this.workers.forEach((worker) -> worker.thread.start());
	}

	/** Gives what waits to the broker. What is being delivered is waited for. */
	void stop(Duration timeout) {
		this.lanes.values().forEach((lane) -> lane.own(false));
		this.workers.forEach((worker) -> worker.stop(timeout));
		IllegalStateException reason = new IllegalStateException("The node stops");
		this.lanes.values().forEach((lane) -> lane.detour(List.of(), reason));
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
		DirectLane lane = laneOf(message);
		Waiting waiting = new Waiting(message, new CompletableFuture<>());
		if (!lane.offer(waiting)) {
			return null;
		}
		wakeUp(lane);
		return waiting.delivered();
	}

	/**
	 * The lane beside which a message goes by the broker; {@code null} if it may be
	 * passed.
	 */
	@Nullable DirectLane besides(Message message) {
		return (this.direct && message instanceof Message.ToOrchestration to && DirectLane.isOrdered(to)) ? laneOf(to)
				: null;
	}

	private DirectLane laneOf(Message.ToOrchestration message) {
		return lane(this.topics.partition(this.topics.orchestrations(), message.instanceId()));
	}

	private DirectLane lane(int partition) {
		return this.lanes.computeIfAbsent(partition, DirectLane::new);
	}

	// --- Consumers

	@Override
	public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
		partitions.forEach((partition) -> lane(partition.partition()).own(true));
	}

	@Override
	public void onPartitionsRevokedBeforeCommit(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
		disown(partitions);
	}

	@Override
	public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
		disown(partitions);
	}

	private void disown(Collection<TopicPartition> partitions) {
		for (TopicPartition partition : partitions) {
			DirectLane lane = lane(partition.partition());
			lane.own(false);
			wakeUp(lane);
		}
	}

	private void wakeUp(DirectLane lane) {
		if (lane.wakes()) {
			this.workers.get(lane.partition() % this.workers.size()).ready.add(lane);
		}
	}

	/**
	 * Delivers what a consumer brings. On return its consequence is durable; if this
	 * throws, it is to be delivered again.
	 * @param ends by partition, the offset after the last message
	 */
	void deliver(List<Message.ToOrchestration> messages, Map<Integer, Long> ends) {
		Map<Integer, DirectLane> beside = new TreeMap<>();
		ends.keySet().forEach((partition) -> beside.put(partition, lane(partition)));
		deliver(beside, messages);
		ends.forEach((partition, end) -> lane(partition).delivered(end));
	}

	/**
	 * Delivers messages, and before them what waits in lanes, in order of partitions.
	 * @return how many that were
	 */
	private int deliver(Map<Integer, DirectLane> from, List<Message.ToOrchestration> brought) {
		List<Message.ToOrchestration> messages = new ArrayList<>();
		Map<DirectLane, List<Waiting>> taken = new LinkedHashMap<>();
		Set<String> instances = new HashSet<>();
		from.values().forEach((lane) -> lane.turn().lock());
		try {
			for (DirectLane lane : from.values()) {
				List<Waiting> waiting = new ArrayList<>();
				lane.takeTo(waiting, BATCH);
				waiting.forEach((one) -> messages.add(one.message()));
				taken.put(lane, waiting);
			}
			messages.addAll(brought);
			messages.forEach((message) -> instances.add(message.instanceId()));
			this.gate.enter(instances);
		}
		finally {
			from.values().forEach((lane) -> lane.turn().unlock());
		}
		try {
			if (!messages.isEmpty()) {
				Objects.requireNonNull(this.receiver).orchestrations(messages);
			}
		}
		catch (RuntimeException | Error ex) {
			taken.forEach((lane, waiting) -> lane.detour(waiting, ex));
			throw ex;
		}
		finally {
			this.gate.leave(instances);
		}
		taken.forEach((lane, waiting) -> {
			wakeUp(lane);
			this.deliveredDirectly.add(waiting.size());
			waiting.forEach((one) -> one.delivered().complete(null));
		});
		return messages.size();
	}

	/** Delivers what waits in some of the lanes. */
	private final class Worker {

		private final BlockingQueue<DirectLane> ready = new LinkedBlockingQueue<>();

		private final Thread thread;

		private volatile boolean stopped;

		private long end = System.nanoTime();

		private long rest;

		Worker(String name) {
			this.thread = new Thread(this::work, name);
			this.thread.setDaemon(true);
		}

		void stop(Duration timeout) {
			this.stopped = true;
			this.ready.add(new DirectLane(-1));
			try {
				TimeUnit.MILLISECONDS.timedJoin(this.thread, timeout.toMillis());
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

		private void work() {
			List<DirectLane> woken = new ArrayList<>();
			while (!this.stopped) {
				try {
					woken.add(this.ready.take());
				}
				catch (InterruptedException ex) {
					logger.debug("Ignoring an interrupt: stop() ends this thread", ex);
					continue;
				}
				gather();
				this.ready.drainTo(woken);
				Map<Integer, DirectLane> from = new TreeMap<>();
				for (DirectLane lane : woken) {
					if (lane.isOwned()) {
						from.put(lane.partition(), lane);
					}
					else {
						lane.detour(List.of(), new KafkaException("Another node has the partition"));
					}
				}
				woken.clear();
				deliver(from);
			}
		}

		/**
		 * While there is more than one message at a time, others may as well have what
		 * one batch takes: the next one is the larger for it. Who comes alone waits for
		 * nobody.
		 */
		private void gather() {
			long wait = this.rest - (System.nanoTime() - this.end);
			if (wait > 0) {
				LockSupport.parkNanos(this, wait);
			}
		}

		private void deliver(Map<Integer, DirectLane> from) {
			long begin = System.nanoTime();
			int delivered = 0;
			try {
				delivered = OrchestrationDelivery.this.deliver(from, List.of());
			}
			catch (RuntimeException | Error ex) {
				logger.warn("Messages to instances of this node go by the broker, for they could not be delivered: {}",
						ex.toString());
			}
			this.end = System.nanoTime();
			this.rest = (delivered > 1) ? Math.min(this.end - begin, LONGEST_REST) : 0;
		}

	}

}
