package io.durablespring.runtime;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.durablespring.engine.Execution;
import io.durablespring.engine.StepResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches for orchestrators that hold up their worker: code that sleeps, waits for I/O or
 * computes for long instead of awaiting a task. Names the line. Thread-safe.
 */
final class BlockedOrchestrators {

	private static final Logger logger = LoggerFactory.getLogger(BlockedOrchestrators.class);

	private final Map<Execution, Watch> running = new ConcurrentHashMap<>();

	private final Duration limit;

	BlockedOrchestrators(Duration limit) {
		this.limit = limit;
	}

	void start(ScheduledExecutorService scheduler) {
		long interval = Math.max(1, this.limit.toMillis() / 2);
		scheduler.scheduleWithFixedDelay(this::look, interval, interval, TimeUnit.MILLISECONDS);
	}

	/** Runs a step of an execution, watched. */
	StepResult watch(Execution execution, Supplier<StepResult> step) {
		this.running.put(execution, new Watch(System.nanoTime()));
		try {
			return step.get();
		}
		finally {
			this.running.remove(execution);
		}
	}

	private void look() {
		long now = System.nanoTime();
		this.running.forEach((execution, watch) -> {
			long nanos = now - watch.since;
			if (nanos > this.limit.toNanos() && !watch.warned) {
				watch.warned = true;
				warn(execution, nanos);
			}
		});
	}

	private static void warn(Execution execution, long nanos) {
		Thread thread = execution.thread();
		StackTraceElement[] stack = (thread != null) ? thread.getStackTrace() : new StackTraceElement[0];
		logger.warn(
				"Orchestrator '{}' of instance '{}' has not waited for a task for {} ms and holds up its worker, "
						+ "at {}. Sleep with ctx.createTimer(..), and do I/O and long work in activities.",
				execution.key().name(), execution.key().instanceId(), TimeUnit.NANOSECONDS.toMillis(nanos),
				ownLine(stack).map(String::valueOf).orElse("an unknown line"));
	}

	/** The innermost line that is not the platform's, or else the innermost one. */
	private static Optional<StackTraceElement> ownLine(StackTraceElement[] stack) {
		return Arrays.stream(stack)
			.filter((line) -> !line.getClassName().startsWith("java.") && !line.getClassName().startsWith("jdk.")
					&& !line.getClassName().startsWith("sun."))
			.findFirst()
			.or(() -> Arrays.stream(stack).findFirst());
	}

	private static final class Watch {

		private final long since;

		private boolean warned;

		Watch(long since) {
			this.since = since;
		}

	}

}
