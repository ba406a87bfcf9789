package io.durablespring.runtime;

import io.durablespring.DurableClient;

/**
 * One node: takes messages, runs orchestrators and activities, sends what comes of it.
 * Every node of a task hub is a peer. Thread-safe.
 */
public final class DurableRuntime {

	private final RuntimeSettings settings;

	private final DefinitionRegistry registry;

	private final RuntimePorts ports;

	/**
	 * Creates a node that does not receive yet.
	 * @param settings how it behaves
	 * @param registry what it runs; complete by the time the node starts
	 * @param ports what it stands on
	 */
	public DurableRuntime(RuntimeSettings settings, DefinitionRegistry registry, RuntimePorts ports) {
		this.settings = settings;
		this.registry = registry;
		this.ports = ports;
	}

	/**
	 * Starts receiving. Does nothing if it runs.
	 */
	public void start() {
	}

	/**
	 * Stops receiving, waits for running activities as long as the settings say, sends
	 * what is left and closes the transport. Does nothing if it does not run. What is not
	 * done by then is done by another node or after the next start.
	 */
	public void stop() {
	}

	/**
	 * Whether the node runs.
	 * @return whether it receives
	 */
	public boolean isRunning() {
		return false;
	}

	/**
	 * The client of this node. Works before the node starts: what it sends is kept.
	 * @return the client
	 */
	public DurableClient client() {
		throw new UnsupportedOperationException();
	}

	/**
	 * What this node does right now.
	 * @return a snapshot
	 */
	public Status status() {
		return new Status(0, 0, 0);
	}

	/**
	 * What a node does right now.
	 *
	 * @param cachedExecutions how many parked executions it keeps
	 * @param runningActivities how many activities it runs
	 * @param unacknowledgedEntries how many outbox entries it is sending
	 */
	public record Status(int cachedExecutions, int runningActivities, int unacknowledgedEntries) {
	}

}
