package io.durablespring.runtime;

import java.util.Map;
import java.util.Optional;

import io.durablespring.ActivityContext;
import io.durablespring.Payload;
import io.durablespring.history.Message.ToActivity;
import org.jspecify.annotations.Nullable;

/**
 * Knows which call each thread runs. Thread-safe.
 */
final class CurrentActivity implements ActivityContext {

	private final Progress progress;

	private final ThreadLocal<ActivityRun> runs = new ThreadLocal<>();

	CurrentActivity(Progress progress) {
		this.progress = progress;
	}

	/** Runs the code of an activity. */
	@Nullable Payload during(ActivityRun run, Invocation code) throws Throwable {
		this.runs.set(run);
		try {
			return code.run();
		}
		finally {
			this.runs.remove();
		}
	}

	ToActivity call() {
		return run().call();
	}

	private ActivityRun run() {
		ActivityRun run = this.runs.get();
		if (run == null) {
			throw new IllegalStateException("No activity runs on thread '" + Thread.currentThread().getName()
					+ "'. Ask the ActivityContext in the activity's own method, on its own thread.");
		}
		return run;
	}

	@Override
	public String instanceId() {
		return call().instanceId();
	}

	@Override
	public String name() {
		return call().name();
	}

	@Override
	public int attempt() {
		return call().attempt();
	}

	@Override
	public String idempotencyKey() {
		return call().idempotencyKey();
	}

	@Override
	public void heartbeat() {
		run().heartbeat();
	}

	@Override
	public void heartbeat(Object progressed) {
		ActivityRun run = run();
		if (run.heartbeat()) {
			this.progress.save(run.call(), progressed);
		}
	}

	@Override
	public <T> Optional<T> progress(Class<T> type) {
		return this.progress.read(call(), type);
	}

	@Override
	public boolean isCancellationRequested() {
		return run().isCancellationRequested();
	}

	@Override
	public Map<String, String> tags() {
		return call().tags();
	}

	/** Code that may throw anything. */
	@FunctionalInterface
	interface Invocation {

		@Nullable Payload run() throws Throwable;

	}

}
