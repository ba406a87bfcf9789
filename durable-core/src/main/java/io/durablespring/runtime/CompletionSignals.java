package io.durablespring.runtime;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.durablespring.InstanceStatus;
import io.durablespring.spi.RuntimeListener;
import io.durablespring.spi.StepCommit;

/**
 * Wakes who waits for an instance as soon as this node starts or finishes it. For
 * instances that other nodes run, waiting ends often enough to look.
 */
final class CompletionSignals implements RuntimeListener {

	private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

	private final Map<String, Set<Signal>> signals = new ConcurrentHashMap<>();

	Signal register(String instanceId) {
		Signal signal = new Signal(instanceId);
		this.signals.compute(instanceId, (id, waiting) -> {
			Set<Signal> all = (waiting != null) ? waiting : ConcurrentHashMap.newKeySet();
			all.add(signal);
			return all;
		});
		return signal;
	}

	@Override
	public void stepsCommitted(List<StepCommit> steps) {
		if (this.signals.isEmpty()) {
			return;
		}
		for (StepCommit step : steps) {
			if (step.status().isFinished() || step.head().status() != InstanceStatus.RUNNING) {
				this.signals.getOrDefault(step.head().id(), Set.of()).forEach((signal) -> signal.changed.release());
			}
		}
	}

	/** Somebody who waits. */
	final class Signal implements AutoCloseable {

		private final String instanceId;

		private final Semaphore changed = new Semaphore(0);

		Signal(String instanceId) {
			this.instanceId = instanceId;
		}

		/** Waits for the signal, but no longer than given or than it is time to look. */
		@SuppressWarnings("ResultOfMethodCallIgnored")
		void await(long nanos) throws InterruptedException {
			this.changed.tryAcquire(Math.min(nanos, LOOK_AGAIN_NANOS), TimeUnit.NANOSECONDS);
		}

		@Override
		public void close() {
			CompletionSignals.this.signals.computeIfPresent(this.instanceId, (id, waiting) -> {
				waiting.remove(this);
				return waiting.isEmpty() ? null : waiting;
			});
		}

	}

}
