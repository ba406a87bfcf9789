package io.durablespring.runtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.durablespring.FailureDetails;
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

	private final RuntimeSettings.Limits limits;

	private final boolean stackTraces;

	private final DefinitionRegistry registry;

	BlockedOrchestrators(DefinitionRegistry registry, RuntimeSettings.Limits limits, boolean stackTraces) {
		this.registry = registry;
		this.limits = limits;
		this.stackTraces = stackTraces;
	}

	void start(ScheduledExecutorService scheduler) {
		long interval = Math.max(1, this.limits.blockedAfter().toMillis() / 2);
		scheduler.scheduleWithFixedDelay(this::look, interval, interval, TimeUnit.MILLISECONDS);
	}

	/**
	 * Runs a step of an execution, watched.
	 * @param lost to be told, by another thread, if this one will not come back: the step
	 * is given up, and the thread is in its code
	 */
	StepResult watch(Execution execution, Supplier<StepResult> step, Runnable lost) {
		Watch watch = new Watch(System.nanoTime(), lost);
		this.running.put(execution, watch);
		try {
			return step.get();
		}
		finally {
			watch.end();
			this.running.remove(execution, watch);
		}
	}

	private void look() {
		long now = System.nanoTime();
		this.running.forEach((execution, watch) -> {
			try {
				look(execution, watch, now - watch.since);
			}
			catch (RuntimeException | Error ex) {
				// The next look finds it again, if there is one.
				logger.warn("Cannot look after {}", execution.key(), ex);
			}
		});
	}

	private void look(Execution execution, Watch watch, long nanos) {
		if (nanos > this.limits.blockedAfter().toNanos() && !watch.warned) {
			watch.warned = true;
			warn(execution, nanos);
		}
		if (nanos > this.limits.maxBlocked().toNanos()) {
			giveUp(execution, watch);
		}
	}

	/** Those that have been warned of and run still. */
	List<BlockedOrchestrator> current() {
		long now = System.nanoTime();
		List<BlockedOrchestrator> blocked = new ArrayList<>();
		this.running.forEach((execution, watch) -> {
			if (watch.warned) {
				StackTraceElement[] stack = stackOf(execution);
				blocked.add(new BlockedOrchestrator(describe(execution, now - watch.since, stack),
						Arrays.stream(stack).map(StackTraceElement::toString).toList()));
			}
		});
		return blocked;
	}

	private void warn(Execution execution, long nanos) {
		StackTraceElement[] stack = stackOf(execution);
		Throwable whereItIs = new Throwable("The stack of the orchestrator's thread");
		whereItIs.setStackTrace(stack);
		logger.warn("{}. Sleep with ctx.createTimer(..), and do I/O and long work in activities.",
				describe(execution, nanos, stack), whereItIs);
	}

	private void giveUp(Execution execution, Watch watch) {
		StackTraceElement[] stack = stackOf(execution);
		FailureDetails reason = new FailureDetails("OrchestratorBlocked",
				("The orchestrator has run for %s without waiting for a task, and is given up. Sleep with "
						+ "ctx.createTimer(..), and do I/O and long work in activities; deploy code that does, then "
						+ "resume the instance.")
					.formatted(this.limits.maxBlocked()),
				this.stackTraces ? Arrays.stream(stack).map((line) -> "\tat " + line).collect(Collectors.joining("\n"))
						: null,
				true, null, Map.of());
		if (watch.abandon(execution, reason) && execution.isLeftBehind()) {
			// Whoever steps it may never come back to say so.
			this.running.remove(execution, watch);
			watch.lost.run();
		}
	}

	private static StackTraceElement[] stackOf(Execution execution) {
		Thread thread = execution.thread();
		return (thread != null) ? thread.getStackTrace() : new StackTraceElement[0];
	}

	private String describe(Execution execution, long nanos, StackTraceElement[] stack) {
		return "Orchestrator '%s' of instance '%s' has not waited for a task for %d ms and holds up its worker, at %s"
			.formatted(execution.key().name(), execution.key().instanceId(), TimeUnit.NANOSECONDS.toMillis(nanos),
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

	/** One step: the execution may have begun another one by the time of a look. */
	private static final class Watch {

		private final long since;

		private final Runnable lost;

		private volatile boolean warned;

		private boolean over;

		Watch(long since, Runnable lost) {
			this.since = since;
			this.lost = lost;
		}

		synchronized void end() {
			this.over = true;
		}

		/** No other step begins meanwhile. */
		synchronized boolean abandon(Execution execution, FailureDetails reason) {
			return !this.over && execution.abandon(reason);
		}

	}

}
