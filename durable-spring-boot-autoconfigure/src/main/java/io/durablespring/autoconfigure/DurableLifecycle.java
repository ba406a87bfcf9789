package io.durablespring.autoconfigure;

import io.durablespring.runtime.DurableRuntime;

import org.springframework.context.SmartLifecycle;

/**
 * Starts the node once the web server accepts requests, and stops it before the web
 * server does, so that requests and activities may still answer each other.
 */
final class DurableLifecycle implements SmartLifecycle {

	/**
	 * After Spring Boot's phases for web servers, which end at 1,024 below the default.
	 */
	static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 512;

	private final DurableRuntime runtime;

	DurableLifecycle(DurableRuntime runtime) {
		this.runtime = runtime;
	}

	@Override
	public void start() {
		this.runtime.start();
	}

	@Override
	public void stop() {
		this.runtime.stop();
	}

	@Override
	public void stop(Runnable callback) {
		// On a thread of its own, so that Spring's timeout for the phase holds.
		new Thread(() -> {
			try {
				this.runtime.stop();
			}
			finally {
				callback.run();
			}
		}, "durable-stop").start();
	}

	@Override
	public boolean isRunning() {
		return this.runtime.isRunning();
	}

	@Override
	public boolean isPauseable() {
		// A node that has stopped cannot be started again.
		return false;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
