package io.durablespring.runtime;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.durablespring.history.Message;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.OrchestrationStore;
import io.durablespring.spi.RuntimeListener;
import io.durablespring.spi.StoredPayload;
import io.durablespring.spi.Transport;
import io.durablespring.spi.Transport.ActivityDelivery;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs activities, so many at once at most, and sends their outcome. A call is
 * acknowledged when its outcome is safe. Thread-safe.
 */
final class ActivityWorker {

	private static final Logger logger = LoggerFactory.getLogger(ActivityWorker.class);

	private static final Duration RETRY_DELAY = Duration.ofSeconds(1);

	/** To ask whether a call is still wanted costs a query: not for those just sent. */
	private static final Duration OLD = Duration.ofSeconds(5);

	/**
	 * How many bytes of outcomes may be on their way: what waits for an answer of the
	 * transport is in memory, and calls can come in while outcomes cannot leave.
	 */
	private static final long MOST_UNSENT = 8 * 1024 * 1024;

	private final ActivityRunner runner;

	private final OrchestrationStore store;

	private final LateValues lateValues;

	private final Transport transport;

	private final RuntimeListener listeners;

	private final RuntimeSettings settings;

	private final Executor threads;

	private final Clock clock;

	private final ScheduledExecutorService scheduler;

	private final Deque<ActivityDelivery> waiting = new ArrayDeque<>();

	private int checking;

	private int setAside;

	private int running;

	private int sending;

	private long unsent;

	private boolean stopping;

	ActivityWorker(ActivityRunner runner, RuntimeListener listeners, RuntimePorts ports, RuntimeSettings settings,
			ScheduledExecutorService scheduler) {
		this.runner = runner;
		this.listeners = listeners;
		this.settings = settings;
		this.scheduler = scheduler;
		this.store = ports.store();
		this.lateValues = new LateValues(ports.store());
		this.transport = ports.transport();
		this.threads = ports.threads();
		this.clock = ports.clock();
	}

	/** Takes calls, without waiting for any of them. */
	void take(List<ActivityDelivery> deliveries) {
		Instant old = this.clock.instant().minus(OLD);
		Map<Boolean, List<ActivityDelivery>> parts = deliveries.stream()
			.collect(Collectors.partitioningBy((delivery) -> delivery.redelivered() || isOlder(delivery, old)));
		List<ActivityDelivery> suspects = parts.getOrDefault(true, List.of());
		if (!suspects.isEmpty()) {
			synchronized (this) {
				this.checking += suspects.size();
			}
			onThread(() -> check(suspects));
		}
		enqueue(parts.getOrDefault(false, List.of()));
	}

	/** Whether its instance may well have ended while the call waited. */
	private static boolean isOlder(ActivityDelivery delivery, Instant time) {
		Instant sentAt = delivery.sentAt();
		return sentAt != null && sentAt.isBefore(time);
	}

	/**
	 * Leaves out calls whose outcome is recorded: a completed task is never run again.
	 */
	private void check(List<ActivityDelivery> suspects) {
		Set<String> settled;
		try {
			List<Message.ToActivity> calls = suspects.stream().map(ActivityDelivery::message).toList();
			Set<String> ids = pointless(suspects);
			this.lateValues.removeOf(calls.stream().filter((call) -> ids.contains(call.id())).toList());
			settled = ids;
		}
		catch (RuntimeException | Error ex) {
			logger.warn("Checking {} redelivered activity calls failed and is tried again in {}: {}", suspects.size(),
					RETRY_DELAY, ex.toString());
			later(() -> onThread(() -> check(suspects)));
			return;
		}
		synchronized (this) {
			this.checking -= suspects.size();
		}
		for (ActivityDelivery suspect : suspects) {
			if (settled.contains(suspect.message().id())) {
				this.listeners.messageDropped(suspect.message(), "settled-call");
				suspect.acknowledge();
			}
		}
		enqueue(suspects.stream().filter((suspect) -> !settled.contains(suspect.message().id())).toList());
	}

	/**
	 * Only what may have been delivered before can have an outcome. To look for one takes
	 * reading a history, for each call of an instance that makes thousands.
	 */
	private Set<String> pointless(List<ActivityDelivery> suspects) {
		Map<Boolean, List<Message.ToActivity>> parts = suspects.stream()
			.collect(Collectors.partitioningBy(ActivityDelivery::redelivered,
					Collectors.mapping(ActivityDelivery::message, Collectors.toList())));
		List<Message.ToActivity> again = parts.getOrDefault(true, List.of());
		List<Message.ToActivity> late = parts.getOrDefault(false, List.of());
		Set<String> ids = new HashSet<>(again.isEmpty() ? Set.of() : this.store.settled(again));
		if (!late.isEmpty()) {
			Map<String, String> current = this.store
				.load(late.stream().map(Message.ToActivity::instanceId).collect(Collectors.toSet()))
				.stream()
				.filter((head) -> !head.status().isFinished())
				.collect(Collectors.toMap(InstanceHead::id, InstanceHead::executionId));
			late.stream()
				.filter((call) -> !call.executionId().equals(current.get(call.instanceId())))
				.forEach((call) -> ids.add(call.id()));
		}
		return ids;
	}

	private void enqueue(List<ActivityDelivery> deliveries) {
		synchronized (this) {
			this.waiting.addAll(deliveries);
		}
		startSome();
	}

	private void startSome() {
		for (ActivityDelivery next = next(); next != null; next = next()) {
			ActivityDelivery delivery = next;
			try {
				this.threads.execute(() -> runFrom(delivery));
			}
			catch (RuntimeException | Error ex) {
				// Such as an operating system without threads to spare.
				startLater(delivery, ex);
				return;
			}
		}
	}

	/** The call stays ours, and keeps no place until then. */
	private void startLater(ActivityDelivery delivery, Throwable reason) {
		logger.warn("Starting activity '{}' of instance '{}' failed and is tried again in {}: {}",
				delivery.message().name(), delivery.message().instanceId(), RETRY_DELAY, reason.toString());
		synchronized (this) {
			this.running--;
			this.sending--;
			this.setAside++;
			notifyAll();
		}
		later(() -> {
			putBack(delivery);
			startSome();
		});
	}

	private synchronized void putBack(ActivityDelivery delivery) {
		this.setAside--;
		this.waiting.addFirst(delivery);
	}

	private synchronized @Nullable ActivityDelivery next() {
		if (this.stopping || this.running >= this.settings.maxConcurrentActivities()) {
			return null;
		}
		ActivityDelivery delivery = this.waiting.poll();
		if (delivery != null) {
			this.running++;
			this.sending++;
		}
		return delivery;
	}

	synchronized int capacity() {
		return (this.stopping || this.unsent >= MOST_UNSENT) ? 0 : this.settings.maxConcurrentActivities()
				- this.running - this.waiting.size() - this.checking - this.setAside;
	}

	synchronized int running() {
		return this.running;
	}

	/** Runs a call, and then others that wait: that spares a thread's waking for each. */
	private void runFrom(ActivityDelivery first) {
		ActivityDelivery next = first;
		while (next != null) {
			boolean free = run(next);
			// A call may have left it set, which is nothing to the next one.
			Thread.interrupted();
			next = free ? next() : null;
		}
	}

	/** Returns whether the thread is free for another call: not if it was given up. */
	private boolean run(ActivityDelivery delivery) {
		ActivityRun run = this.runner.prepare(delivery.message(),
				(outcome) -> onThread(() -> giveUp(delivery, outcome)));
		Message.ToOrchestration outcome;
		try {
			outcome = this.runner.run(run);
		}
		catch (RuntimeException | Error ex) {
			// Not of the activity, whose exceptions are outcomes: the store is away, or
			// something else is broken around it. Nobody else has the call.
			if (this.runner.isGivenUp(run)) {
				return false;
			}
			startLater(delivery, ex);
			return true;
		}
		if (this.runner.isGivenUp(run)) {
			return false;
		}
		ended();
		if (outcome != null) {
			sendFirst(delivery, outcome);
		}
		else {
			delivery.acknowledge();
			sent(0);
		}
		return true;
	}

	/** The thread may be busy for ever, but what it does has no consequence any more. */
	private void giveUp(ActivityDelivery delivery, Message.ToOrchestration outcome) {
		ended();
		startSome();
		sendFirst(delivery, outcome);
	}

	private synchronized void ended() {
		this.running--;
		notifyAll();
	}

	/**
	 * Sends the outcome of a call that the node runs itself. Nobody delivers that call
	 * again, so a large value must not be stored without what is to refer to it: an
	 * execution that is over would keep it for ever.
	 */
	void deliver(LocalRun run, Message.ToOrchestration outcome) {
		synchronized (this) {
			this.sending++;
		}
		List<StoredPayload> large = LargePayloads.toStore(outcome);
		if (large.isEmpty()) {
			sendFirst(run, outcome);
		}
		else {
			synchronized (this) {
				this.unsent += MessageWeight.of(outcome);
			}
			keep(run, outcome, large);
		}
	}

	private void keep(LocalRun run, Message.ToOrchestration outcome, List<StoredPayload> large) {
		try {
			this.runner.keep(outcome, large);
		}
		catch (RuntimeException | Error ex) {
			retry(run, outcome, ex, () -> keep(run, outcome, large));
			return;
		}
		run.acknowledge();
		sent(MessageWeight.of(outcome));
	}

	private void sendFirst(ActivityDelivery delivery, Message.ToOrchestration outcome) {
		synchronized (this) {
			this.unsent += MessageWeight.of(outcome);
		}
		send(delivery, outcome, false);
	}

	private void send(ActivityDelivery delivery, Message.ToOrchestration outcome, boolean resent) {
		try {
			List<StoredPayload> large = LargePayloads.toStore(outcome);
			if (!large.isEmpty()) {
				// Before the outcome refers to it.
				this.store.savePayloads(large);
			}
			this.transport.send(List.of(outcome), resent).whenComplete((done, failure) -> {
				if (failure == null) {
					delivery.acknowledge();
					sent(MessageWeight.of(outcome));
				}
				else {
					resend(delivery, outcome, failure);
				}
			});
		}
		catch (RuntimeException | Error ex) {
			resend(delivery, outcome, ex);
		}
	}

	private void resend(ActivityDelivery delivery, Message.ToOrchestration outcome, Throwable failure) {
		retry(delivery, outcome, failure, () -> send(delivery, outcome, true));
	}

	private void retry(ActivityDelivery delivery, Message.ToOrchestration outcome, Throwable failure, Runnable again) {
		synchronized (this) {
			if (this.stopping) {
				// Not acknowledged: it is delivered again, here or elsewhere.
				sent(MessageWeight.of(outcome));
				return;
			}
		}
		logger.warn("Sending the outcome of activity '{}' of instance '{}' failed and is tried again in {}: {}",
				delivery.message().name(), outcome.instanceId(), RETRY_DELAY, failure.toString());
		later(again);
	}

	private synchronized void sent(long weight) {
		this.unsent -= weight;
		this.sending--;
		notifyAll();
	}

	/** For what must not be left undone, even if there is no thread to spare. */
	private void onThread(Runnable action) {
		try {
			this.threads.execute(action);
		}
		catch (RuntimeException | Error ex) {
			logger.warn("Work on activities has no thread and is tried again in {}: {}", RETRY_DELAY, ex.toString());
			later(() -> onThread(action));
		}
	}

	private void later(Runnable action) {
		if (!this.scheduler.isShutdown()) {
			this.scheduler.schedule(action, RETRY_DELAY.toMillis(), TimeUnit.MILLISECONDS);
		}
	}

	/**
	 * Starts nothing more and waits until the outcomes of what runs are safe, as long as
	 * the settings say.
	 */
	synchronized boolean drain() throws InterruptedException {
		this.stopping = true;
		long deadline = System.nanoTime() + this.settings.drainTimeout().toNanos();
		while (this.sending > 0) {
			long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
			if (millis <= 0) {
				return false;
			}
			wait(millis);
		}
		return true;
	}

}
