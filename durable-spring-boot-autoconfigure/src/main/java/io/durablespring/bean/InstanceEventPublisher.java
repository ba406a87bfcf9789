package io.durablespring.bean;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.durablespring.FailureDetails;
import io.durablespring.InstanceEndedEvent;
import io.durablespring.ParentInstance;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.RuntimeListener;
import io.durablespring.spi.StepCommit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationListener;
import org.springframework.context.event.GenericApplicationListener;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.core.ResolvableType;

/**
 * Publishes the ends of instances as application events, if anybody listens to them.
 */
public final class InstanceEventPublisher implements RuntimeListener {

	private static final Logger logger = LoggerFactory.getLogger(InstanceEventPublisher.class);

	/** How many batches of steps are published at once; each takes a thread. */
	static final int BATCHES = 64;

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final List<ResolvableType> EVENTS = Stream.of(InstanceEndedEvent.class.getPermittedSubclasses())
		.<ResolvableType>map(ResolvableType::forClass)
		.toList();

	private final AbstractApplicationContext context;

	private final Consumer<Runnable> transaction;

	private final Executor threads;

	private final Duration patience;

	private final Semaphore room = new Semaphore(BATCHES);

	private volatile @Nullable Boolean listenedTo;

	/**
	 * Creates a publisher.
	 * @param context where events are published
	 * @param transaction runs the publication of one event in a transaction, if there are
	 * any: listeners that wait for a commit are called at its end
	 * @param threads runs publications, so that a slow listener holds up no orchestration
	 */
	public InstanceEventPublisher(AbstractApplicationContext context, Consumer<Runnable> transaction,
			Executor threads) {
		this(context, transaction, threads, PATIENCE);
	}

	InstanceEventPublisher(AbstractApplicationContext context, Consumer<Runnable> transaction, Executor threads,
			Duration patience) {
		this.patience = patience;
		this.context = context;
		this.transaction = transaction;
		this.threads = threads;
	}

	@Override
	public void stepsCommitted(List<StepCommit> steps) {
		List<InstanceEndedEvent> events = steps.stream()
			.map(InstanceEventPublisher::eventOf)
			.filter(Objects::nonNull)
			.toList();
		if (!events.isEmpty() && isListenedTo()) {
			publishSoon(events);
		}
	}

	/**
	 * Orchestrations wait for listeners that cannot keep up, or memory would not last;
	 * but not for ever, for a listener may be waiting for one of them.
	 */
	private void publishSoon(List<InstanceEndedEvent> events) {
		if (!awaitRoom()) {
			logger.error("Listeners to ends of instances have done nothing for {}: {} of them are not published",
					this.patience, events.size());
			return;
		}
		try {
			this.threads.execute(() -> publishAll(events));
		}
		catch (RuntimeException | Error ex) {
			this.room.release();
			throw ex;
		}
	}

	private boolean awaitRoom() {
		try {
			return this.room.tryAcquire(this.patience.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return this.room.tryAcquire();
		}
	}

	private void publishAll(List<InstanceEndedEvent> events) {
		try {
			events.forEach(this::publish);
		}
		finally {
			this.room.release();
		}
	}

	private static @Nullable InstanceEndedEvent eventOf(StepCommit step) {
		InstanceHead head = step.nextHead();
		ParentInstance parent = head.parent();
		String parentId = (parent != null) ? parent.instanceId() : null;
		FailureDetails failure = step.failure();
		return switch (step.status()) {
			case COMPLETED ->
				new InstanceEndedEvent.Completed(head.id(), head.name(), head.version(), parentId, step.now());
			case FAILED -> new InstanceEndedEvent.Failed(head.id(), head.name(), head.version(), parentId, step.now(),
					Objects.requireNonNull(failure));
			case TERMINATED -> new InstanceEndedEvent.Terminated(head.id(), head.name(), head.version(), parentId,
					step.now(), Objects.requireNonNull(Objects.requireNonNull(failure).message()));
			default -> null;
		};
	}

	/** Known at the first end: a transaction for each that nobody hears of would cost. */
	private boolean isListenedTo() {
		Boolean known = this.listenedTo;
		if (known == null) {
			known = this.context.getApplicationListeners().stream().anyMatch(InstanceEventPublisher::listens);
			this.listenedTo = known;
		}
		return known;
	}

	private static boolean listens(ApplicationListener<?> listener) {
		return listener instanceof GenericApplicationListener generic
				&& EVENTS.stream().anyMatch(generic::supportsEventType);
	}

	private void publish(InstanceEndedEvent event) {
		try {
			this.transaction.accept(() -> this.context.publishEvent(event));
		}
		catch (RuntimeException | Error ex) {
			logger.error("A listener to {} failed", event, ex);
		}
	}

}
