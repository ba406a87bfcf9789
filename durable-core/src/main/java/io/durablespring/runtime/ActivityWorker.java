package io.durablespring.runtime;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.durablespring.StoreUnavailableException;
import io.durablespring.history.Message;
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

	private int running;

	private int sending;

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
			this.threads.execute(() -> check(suspects));
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
			Set<String> ids = this.store.settled(calls);
			this.lateValues.removeOf(calls.stream().filter((call) -> ids.contains(call.id())).toList());
			settled = ids;
		}
		catch (RuntimeException ex) {
			logger.warn("Checking {} redelivered activity calls failed and is tried again in {}: {}", suspects.size(),
					RETRY_DELAY, ex.toString());
			later(() -> this.threads.execute(() -> check(suspects)));
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
				this.threads.execute(() -> run(delivery));
			}
			catch (RuntimeException | Error ex) {
				// Such as an operating system without threads to spare.
				startLater(delivery, ex);
				return;
			}
		}
	}

	/** The call stays ours. */
	private void startLater(ActivityDelivery delivery, Throwable reason) {
		logger.warn("Starting activity '{}' of instance '{}' failed and is tried again in {}: {}",
				delivery.message().name(), delivery.message().instanceId(), RETRY_DELAY, reason.toString());
		putBack(delivery);
		later(this::startSome);
	}

	private synchronized void putBack(ActivityDelivery delivery) {
		this.running--;
		this.sending--;
		this.waiting.addFirst(delivery);
		notifyAll();
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
		return this.stopping ? 0
				: this.settings.maxConcurrentActivities() - this.running - this.waiting.size() - this.checking;
	}

	synchronized int running() {
		return this.running;
	}

	private void run(ActivityDelivery delivery) {
		ActivityRun run = this.runner.prepare(delivery.message(),
				(outcome) -> this.threads.execute(() -> giveUp(delivery, outcome)));
		Message.ToOrchestration outcome;
		try {
			outcome = this.runner.run(run);
		}
		catch (InputUnavailableException | StoreUnavailableException ex) {
			if (!this.runner.isGivenUp(run)) {
				startLater(delivery, ex);
			}
			return;
		}
		if (this.runner.isGivenUp(run)) {
			return;
		}
		freed();
		if (outcome != null) {
			send(delivery, outcome, false);
		}
		else {
			delivery.acknowledge();
			sent();
		}
	}

	/** The thread may be busy for ever, but what it does has no consequence any more. */
	private void giveUp(ActivityDelivery delivery, Message.ToOrchestration outcome) {
		freed();
		send(delivery, outcome, false);
	}

	private void freed() {
		synchronized (this) {
			this.running--;
			notifyAll();
		}
		startSome();
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
					sent();
				}
				else {
					retry(delivery, outcome, failure);
				}
			});
		}
		catch (RuntimeException ex) {
			retry(delivery, outcome, ex);
		}
	}

	private void retry(ActivityDelivery delivery, Message.ToOrchestration outcome, Throwable failure) {
		synchronized (this) {
			if (this.stopping) {
				// Not acknowledged: it is delivered again, here or elsewhere.
				sent();
				return;
			}
		}
		logger.warn("Sending the outcome of activity '{}' of instance '{}' failed and is tried again in {}: {}",
				delivery.message().name(), outcome.instanceId(), RETRY_DELAY, failure.toString());
		later(() -> send(delivery, outcome, true));
	}

	private synchronized void sent() {
		this.sending--;
		notifyAll();
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
