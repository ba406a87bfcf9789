package io.durablespring.runtime;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

import io.durablespring.engine.Execution;
import io.durablespring.engine.StepResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches for orchestrators that hold up their worker: code that sleeps, waits for I/O or
 * computes for long instead of awaiting a task. Names the orchestrator's line, whatever
 * library it is in. Thread-safe.
 */
final class BlockedOrchestrators {

	private static final Logger logger = LoggerFactory.getLogger(BlockedOrchestrators.class);

	private final Map<Execution, Watch> running = new ConcurrentHashMap<>();

	private final Duration limit;

	private final DefinitionRegistry registry;

	BlockedOrchestrators(DefinitionRegistry registry, Duration limit) {
		this.registry = registry;
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

	private void warn(Execution execution, long nanos) {
		Thread thread = execution.thread();
		StackTraceElement[] stack = (thread != null) ? thread.getStackTrace() : new StackTraceElement[0];
		logger.warn(
				"Orchestrator '{}' of instance '{}' has not waited for a task for {} ms and holds up its worker, "
						+ "at {}. Sleep with ctx.createTimer(..), and do I/O and long work in activities.",
				execution.key().name(), execution.key().instanceId(), TimeUnit.NANOSECONDS.toMillis(nanos),
				place(stack, execution.key().name()));
	}

	/** The orchestrator's own line, and what it calls there. */
	private String place(StackTraceElement[] stack, String orchestrator) {
		int own = innermost(stack, (line) -> isOf(orchestrator, line.getClassName()));
		if (own < 0) {
			// Nobody knows its code: the innermost line that is not the platform's, then.
			own = innermost(stack, (line) -> !isPlatform(line.getClassName()));
		}
		if (own < 0) {
			return (stack.length > 0) ? stack[0].toString() : "an unknown line";
		}
		return (own == 0) ? stack[own].toString() : "%s, in a call of %s.%s".formatted(stack[own],
				stack[own - 1].getClassName(), stack[own - 1].getMethodName());
	}

	private static int innermost(StackTraceElement[] stack, Predicate<StackTraceElement> wanted) {
		for (int i = 0; i < stack.length; i++) {
			if (wanted.test(stack[i])) {
				return i;
			}
		}
		return -1;
	}

	/** Whether a class is the orchestrator's, inherits to it or is nested in it. */
	private boolean isOf(String orchestrator, String className) {
		for (Definition definition : this.registry.orchestrators(orchestrator)) {
			for (Class<?> type = definition.beanType(); type != null
					&& type != Object.class; type = type.getSuperclass()) {
				String own = type.getName();
				// Two dollar signs are a proxy's, whose lines nobody has written.
				if (className.equals(own) || (className.startsWith(own + "$") && !className.startsWith(own + "$$"))) {
					return true;
				}
			}
		}
		return false;
	}

	private static boolean isPlatform(String className) {
		return className.startsWith("java.") || className.startsWith("jdk.") || className.startsWith("sun.");
	}

	private static final class Watch {

		private final long since;

		private boolean warned;

		Watch(long since) {
			this.since = since;
		}

	}

}
