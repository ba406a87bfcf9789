package io.durablespring.local;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.durablespring.history.Message;
import io.durablespring.spi.DeadLetterQueue;
import io.durablespring.spi.HeldMessagesException;
import io.durablespring.spi.Notices;
import io.durablespring.spi.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries messages within this process. What is sent counts as safe only once its
 * consequence is, so the outbox keeps it until then and nothing is lost in a crash. For
 * one node alone, and for tests.
 * <p>
 * There is no other node. So every activity call is delivered, whatever its queue: if
 * this node does not know the activity, it can say so, and nobody else will. A message
 * for a version that this one does not run is {@linkplain HeldMessagesException held},
 * and not tried again until the next process finds it in the outbox. What was sent with
 * it is delivered at once; but the outbox removes both together, so the next process
 * sends them both.
 */
public final class InProcessTransport implements Transport {

	private static final Logger logger = LoggerFactory.getLogger(InProcessTransport.class);

	private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

	private static final Notices TO_NOBODY = new Notices() {

		@Override
		public void send(Notice notice) {
		}

		@Override
		public boolean isTakenHere(String instanceId) {
			return true;
		}

	};

	private final List<OrchestrationLane> lanes;

	private final ActivityLane activities;

	private final Set<Shipment> open = ConcurrentHashMap.newKeySet();

	private final List<Thread> threads = new ArrayList<>();

	private final LocalDeadLetters deadLetters = new LocalDeadLetters(this::sendAgain);

	private final CompletableFuture<Versions> versions = new CompletableFuture<>();

	/** Ids of the messages that wait for another version. */
	private final Set<String> held = ConcurrentHashMap.newKeySet();

	private volatile boolean closed;

	/**
	 * Creates a transport that delivers again half a second after a failure.
	 * @param lanes how many batches of messages to orchestrations are processed at once
	 */
	public InProcessTransport(int lanes) {
		this(lanes, Duration.ofMillis(500));
	}

	/**
	 * Creates a transport.
	 * @param lanes how many batches of messages to orchestrations are processed at once
	 * @param backoff how long to wait before messages whose receiver has failed are
	 * delivered again
	 */
	public InProcessTransport(int lanes, Duration backoff) {
		if (lanes < 1) {
			throw new IllegalArgumentException("lanes must be at least 1, not " + lanes);
		}
		this.lanes = Stream.generate(() -> new OrchestrationLane(backoff)).limit(lanes).toList();
		this.activities = new ActivityLane(backoff);
	}

	@Override
	public synchronized void start(Subscription subscription, Receiver receiver) {
		this.versions.complete(subscription.versions());
		for (int i = 0; i < this.lanes.size(); i++) {
			OrchestrationLane lane = this.lanes.get(i);
			run("durable-orchestrations-" + i,
					subscription.orchestrations() ? () -> lane.deliverTo(receiver) : () -> lane
						.refuse("This node runs no orchestrators, and the in-process transport reaches no other"));
		}
		run("durable-activities", () -> this.activities.deliverTo(receiver));
	}

	private void run(String name, Runnable loop) {
		Thread thread = new Thread(loop, name);
		thread.setDaemon(true);
		this.threads.add(thread);
		thread.start();
	}

	@Override
	public void stop() {
		this.lanes.forEach(OrchestrationLane::stop);
		this.activities.stop();
		List<Thread> running;
		synchronized (this) {
			running = List.copyOf(this.threads);
		}
		long deadline = System.nanoTime() + STOP_TIMEOUT.toNanos();
		for (Thread thread : running) {
			if (thread != Thread.currentThread() && !join(thread, deadline - System.nanoTime())) {
				logger.warn("{} is still busy: what it does now will be done again after the next start",
						thread.getName());
			}
		}
	}

	private static boolean join(Thread thread, long nanos) {
		try {
			TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(nanos, 1));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return !thread.isAlive();
	}

	@Override
	public void close() {
		this.closed = true;
		stop();
		this.open.forEach((shipment) -> shipment.abandon(closedException()));
	}

	@Override
	public CompletionStage<?> send(List<? extends Message> messages, boolean resent) {
		if (messages.isEmpty()) {
			return CompletableFuture.completedFuture(null);
		}
		Shipment shipment = new Shipment(messages.size());
		this.open.add(shipment);
		shipment.stage().whenComplete((ignored, failure) -> this.open.remove(shipment));
		for (Message message : messages) {
			if (message instanceof Message.ToActivity call) {
				this.activities.add(call, resent, shipment);
			}
			else if (message instanceof Message.ToOrchestration event) {
				laneOf(event.instanceId()).add(event, shipment);
			}
			else if (message instanceof Message.ToVersion other) {
				this.versions.thenAccept((own) -> add(other, own, shipment));
			}
		}
		if (this.closed) {
			shipment.abandon(closedException());
		}
		return shipment.stage();
	}

	private void add(Message.ToVersion other, Versions own, Shipment shipment) {
		if (own.canRun(other.name(), other.version())) {
			laneOf(other.instanceId()).add(other.message(), shipment);
		}
		else {
			this.held.add(other.id());
			logger.debug("Message {} waits for a process that runs version {} of orchestrator '{}'", other.id(),
					other.version(), other.name());
			shipment.hold(new HeldMessagesException(
					"No process runs version %s of orchestrator '%s'".formatted(other.version(), other.name())));
		}
	}

	private OrchestrationLane laneOf(String instanceId) {
		return this.lanes.get(Math.floorMod(instanceId.hashCode(), this.lanes.size()));
	}

	private static IllegalStateException closedException() {
		return new IllegalStateException("The transport is closed: the outbox keeps the messages");
	}

	@Override
	public void deadLetter(Message message, String reason) {
		logger.warn("Putting aside message {} of instance '{}': {}", message.id(), message.instanceId(), reason);
		this.deadLetters.add(message, reason);
	}

	/**
	 * What was put aside: the last hundred, in memory, so that they are gone with the
	 * process.
	 */
	@Override
	public DeadLetterQueue deadLetters() {
		return this.deadLetters;
	}

	/**
	 * Those of a node that has no others.
	 */
	@Override
	public Notices notices() {
		return TO_NOBODY;
	}

	private void sendAgain(Message message) {
		if (this.closed) {
			throw closedException();
		}
		send(List.of(message), true).whenComplete((ignored, failure) -> {
			// Nobody else has it.
			if (failure != null) {
				deadLetter(message, String.valueOf(failure.getMessage()));
			}
		});
	}

	@Override
	public Status status() {
		Map<String, Long> lag = new HashMap<>();
		lag.put("orchestrations", this.lanes.stream().mapToLong(OrchestrationLane::size).sum());
		if (!this.held.isEmpty()) {
			lag.put("versions", (long) this.held.size());
		}
		this.activities.sizes()
			.forEach((queue, size) -> lag.put(queue.isEmpty() ? "activities" : "activities." + queue, size));
		return new Status("in-process", null, lag,
				Map.of("lanes", this.lanes.size(), "deadLetterCount", this.deadLetters.total(), "waitingDeadLetters",
						this.deadLetters.count(), "deadLetters", this.deadLetters.texts()));
	}

}
