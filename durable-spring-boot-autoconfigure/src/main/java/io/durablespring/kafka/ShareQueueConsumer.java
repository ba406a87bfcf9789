package io.durablespring.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

import io.durablespring.kafka.KafkaTransportSettings.ActivityMode;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consumes one activity queue as a member of a share group: each call is acknowledged and
 * locked for itself. One lane at a time takes calls, as many lanes as need be keep those
 * that run.
 * <p>
 * A broker drops a record that has been delivered a number of times, at least two. So
 * that none is lost, only a first delivery is run; any further one is sent to the topic
 * once more, as a record that has not been delivered yet, and accepted when it is there.
 */
final class ShareQueueConsumer implements ActivityConsumer {

	/** How many lanes there are at most: each has two threads. */
	static final int MOST_LANES = 32;

	static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

	private static final Logger logger = LoggerFactory.getLogger(ShareQueueConsumer.class);

	private static final Duration ROOM_CHECK = Duration.ofMillis(10);

	private static final Duration LANE_IDLE = Duration.ofMinutes(1);

	private static final Duration PUT_ASIDE_RETRY = Duration.ofSeconds(5);

	private final Source source;

	private final ActivityDispatcher dispatcher;

	private final IntSupplier capacity;

	private final int batch;

	private final KafkaTransportSettings settings;

	private final AtomicInteger buffered = new AtomicInteger();

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final List<ShareLane> lanes = new ArrayList<>();

	/** Lanes without work. The last one is the next, so that others can end. */
	private final Deque<Thread> idle = new ArrayDeque<>();

	private boolean turnTaken;

	private int started;

	private volatile boolean stopping;

	private volatile boolean closing;

	private volatile @Nullable String failure;

	/**
	 * A consumer that is not started.
	 * @param source where calls come from
	 * @param dispatcher who delivers them
	 * @param capacity how many more calls the receiver wants
	 * @param batch how many are taken at once
	 * @param settings how the transport behaves
	 */
	ShareQueueConsumer(Source source, ActivityDispatcher dispatcher, IntSupplier capacity, int batch,
			KafkaTransportSettings settings) {
		this.source = source;
		this.dispatcher = dispatcher;
		this.capacity = capacity;
		this.batch = batch;
		this.settings = settings;
	}

	@Override
	public String topic() {
		return this.source.topic;
	}

	@Override
	public String group() {
		return ShareMode.group(this.source.topic);
	}

	@Override
	public ActivityMode mode() {
		return ActivityMode.SHARE;
	}

	@Override
	public int buffered() {
		return this.buffered.get();
	}

	@Override
	public void start() {
		this.lock.lock();
		try {
			startLane();
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void drain() {
		this.stopping = true;
		wakeUp();
	}

	@Override
	public void close(Duration timeout) {
		this.stopping = true;
		this.closing = true;
		long deadline = System.nanoTime() + timeout.toNanos();
		try {
			for (ShareLane lane : wakeUp()) {
				lane.join(TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private List<ShareLane> wakeUp() {
		this.lock.lock();
		try {
			this.changed.signalAll();
			this.lanes.forEach(ShareLane::wakeUp);
			return List.copyOf(this.lanes);
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public @Nullable String problem() {
		String current = this.failure;
		if (current != null) {
			return "Consuming topic " + topic() + " fails: " + current;
		}
		this.lock.lock();
		try {
			return (this.lanes.isEmpty() && !this.stopping) ? "The consumer of topic " + topic() + " has stopped"
					: null;
		}
		finally {
			this.lock.unlock();
		}
	}

	// --- Lanes and their turns

	boolean isStopping() {
		return this.stopping;
	}

	boolean isClosing() {
		return this.closing;
	}

	/**
	 * Waits until the lane may take calls.
	 * @return {@code false} if it is not needed any more
	 */
	boolean awaitTurn() {
		this.lock.lock();
		this.idle.addLast(Thread.currentThread());
		try {
			long rest = LANE_IDLE.toNanos();
			while (!this.stopping && rest > 0) {
				if (!this.turnTaken && this.idle.peekLast() == Thread.currentThread()) {
					this.turnTaken = true;
					return true;
				}
				rest = this.changed.awaitNanos(rest);
			}
		}
		catch (InterruptedException ex) {
			logger.debug("Ending a lane that was interrupted", ex);
		}
		finally {
			this.idle.remove(Thread.currentThread());
			this.lock.unlock();
		}
		return false;
	}

	/**
	 * Waits until the receiver wants calls.
	 * @return {@code false} if it will not
	 */
	boolean awaitRoom() {
		while (!this.stopping) {
			// Asked without the lock: the receiver may hold one of its own.
			if (this.buffered.get() <= this.batch / 2 && this.capacity.getAsInt() > this.buffered.get()) {
				return true;
			}
			await(ROOM_CHECK);
		}
		return false;
	}

	/**
	 * Lets the next lane take calls.
	 * @param spare whether to start one if there is none
	 */
	void endTurn(boolean spare) {
		this.lock.lock();
		try {
			this.turnTaken = false;
			if (spare && this.idle.isEmpty() && !this.stopping) {
				if (this.lanes.size() < MOST_LANES) {
					startLane();
				}
				else {
					logger.debug("All {} lanes of {} have calls that run", MOST_LANES, topic());
				}
			}
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void startLane() {
		ShareLane lane = new ShareLane(this, this.settings.offsetCommitInterval(), topic() + "-lane-" + this.started++);
		this.lanes.add(lane);
		lane.start();
	}

	void ended(ShareLane lane) {
		this.lock.lock();
		try {
			this.lanes.remove(lane);
		}
		finally {
			this.lock.unlock();
		}
	}

	ShareConsumer<String, byte[]> join() {
		ShareConsumer<String, byte[]> consumer = this.source.consumers.get();
		consumer.setAcknowledgementCommitCallback((offsets, problem) -> {
			if (problem != null) {
				logger.debug("What was acknowledged at {} is delivered again", offsets, problem);
			}
		});
		consumer.subscribe(List.of(topic()));
		return consumer;
	}

	void failed(RuntimeException problem) {
		String text = String.valueOf(problem);
		// Once while nothing changes: an outage of an hour must not fill the disk.
		if (!text.equals(this.failure)) {
			logger.warn("Consuming topic {} fails; trying every {} ms", topic(),
					this.settings.retryBackoff().toMillis(), problem);
		}
		this.failure = text;
	}

	void succeeded() {
		if (this.failure != null) {
			this.failure = null;
		}
	}

	boolean isFailing() {
		return this.failure != null;
	}

	void pause() {
		await(this.settings.retryBackoff());
	}

	private void await(Duration time) {
		this.lock.lock();
		try {
			if (!this.stopping) {
				this.changed.awaitNanos(time.toNanos());
			}
		}
		catch (InterruptedException ex) {
			logger.debug("Ignoring an interrupt: drain() and close() end this thread", ex);
		}
		finally {
			this.lock.unlock();
		}
	}

	// --- Records

	void unbuffered() {
		this.buffered.decrementAndGet();
	}

	void dispatch(List<ShareCall> calls) {
		this.buffered.addAndGet(calls.size());
		this.dispatcher.add(calls);
	}

	/**
	 * What to do with a record.
	 * @param record the record, locked for this node
	 * @param settled to be run when it is done with
	 * @return the call to run; {@code null} if there is none
	 */
	@Nullable ShareCall receive(ConsumerRecord<String, byte[]> record, Runnable settled) {
		if (record.deliveryCount().orElse((short) 1) > 1) {
			keepTrying(() -> this.source.sendOn(record), record, settled);
			return null;
		}
		try {
			return new ShareCall(this.source.wire.call(record, this.source.queue),
					this.source.mayBeOld(record) || this.source.wire.resent(record),
					Instant.ofEpochMilli(record.timestamp()), this, () -> {
						settled.run();
						this.dispatcher.wakeUp();
					});
		}
		catch (MalformedRecordException ex) {
			String reason = String.valueOf(ex.getMessage());
			keepTrying(() -> this.source.deadLetters.received(record, reason), record, settled);
			return null;
		}
	}

	/** Until the record is safe elsewhere its lock is kept. */
	private void keepTrying(Supplier<CompletableFuture<?>> action, ConsumerRecord<String, byte[]> record,
			Runnable settled) {
		action.get().whenComplete((ignored, problem) -> {
			if (problem == null) {
				settled.run();
			}
			else if (!this.stopping) {
				logger.error("Sending on the record at {}-{}@{} failed and is tried again in {}", record.topic(),
						record.partition(), record.offset(), PUT_ASIDE_RETRY, problem);
				CompletableFuture.delayedExecutor(PUT_ASIDE_RETRY.toMillis(), TimeUnit.MILLISECONDS)
					.execute(() -> keepTrying(action, record, settled));
			}
		});
	}

	/**
	 * Where calls come from.
	 *
	 * @param queue the queue; {@code null} for the default
	 * @param topic its topic
	 * @param ends where each partition ended when this node started: what lies before may
	 * have been delivered, to members of another group, too
	 * @param consumers makes members of the group
	 * @param wire how records are read
	 * @param deadLetters takes what cannot be read
	 * @param sender sends records on
	 */
	record Source(@Nullable String queue, String topic, Map<Integer, Long> ends,
			Supplier<ShareConsumer<String, byte[]>> consumers, WireFormat wire, DeadLetters deadLetters,
			RecordSender sender) {

		boolean mayBeOld(ConsumerRecord<?, ?> record) {
			return record.offset() < this.ends.getOrDefault(record.partition(), Long.MAX_VALUE);
		}

		CompletableFuture<?> sendOn(ConsumerRecord<String, byte[]> record) {
			return this.sender.send(ReturnAddress.resent(record))
				// Not on the producer's thread, which must never wait for itself.
				.handleAsync((metadata, problem) -> (problem == null) ? CompletableFuture.completedFuture(metadata)
						: MessageSender.isHopeless(problem)
								? this.deadLetters.received(record, String.valueOf(problem.getMessage()))
								: CompletableFuture.failedFuture(problem))
				.thenCompose((stage) -> stage);
		}

	}

}
