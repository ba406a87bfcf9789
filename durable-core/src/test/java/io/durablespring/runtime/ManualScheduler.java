package io.durablespring.runtime;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A scheduler that runs nothing by itself: a test runs what is due, on its own thread.
 * The futures that it returns are {@code null}, for nobody asks.
 */
final class ManualScheduler extends AbstractExecutorService implements ScheduledExecutorService {

	private static final Comparator<Task> NEXT = Comparator.comparing(Task::due).thenComparing(Task::number);

	private final Clock clock;

	private final List<Task> tasks = new ArrayList<>();

	private long scheduled;

	private boolean shutDown;

	ManualScheduler(Clock clock) {
		this.clock = clock;
	}

	/** When something is due next, empty if nothing ever is. */
	Optional<Instant> next() {
		return this.tasks.stream().map(Task::due).min(Comparator.naturalOrder());
	}

	boolean isDue() {
		return next().filter((due) -> !due.isAfter(this.clock.instant())).isPresent();
	}

	/** Runs what has been due for the longest. */
	void runOne() {
		Task task = this.tasks.stream().min(NEXT).orElseThrow();
		this.tasks.remove(task);
		task.code.run();
		if (task.delay != null) {
			add(task.code, task.delay, task.delay);
		}
	}

	private void add(Runnable code, Duration wait, Duration delay) {
		if (!this.shutDown) {
			this.tasks.add(new Task(this.scheduled++, this.clock.instant().plus(wait), code, delay));
		}
	}

	@Override
	public void execute(Runnable command) {
		add(command, Duration.ZERO, null);
	}

	@Override
	public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
		add(command, Duration.of(delay, unit.toChronoUnit()), null);
		return null;
	}

	@Override
	public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
		add(command, Duration.of(initialDelay, unit.toChronoUnit()), Duration.of(delay, unit.toChronoUnit()));
		return null;
	}

	@Override
	public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
		throw new UnsupportedOperationException();
	}

	@Override
	public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void shutdown() {
		this.shutDown = true;
		this.tasks.clear();
	}

	@Override
	public List<Runnable> shutdownNow() {
		shutdown();
		return List.of();
	}

	@Override
	public boolean isShutdown() {
		return this.shutDown;
	}

	@Override
	public boolean isTerminated() {
		return this.shutDown;
	}

	@Override
	public boolean awaitTermination(long timeout, TimeUnit unit) {
		return this.shutDown;
	}

	private record Task(long number, Instant due, Runnable code, Duration delay) {
	}

}
