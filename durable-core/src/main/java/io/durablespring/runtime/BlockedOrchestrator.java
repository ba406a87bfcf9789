package io.durablespring.runtime;

import java.util.List;

/**
 * An orchestrator that runs and does not come to a wait.
 *
 * @param description which orchestrator of which instance, for how long and at which line
 * @param stackTrace where its thread is now, the innermost line first
 */
public record BlockedOrchestrator(String description, List<String> stackTrace) {

	public BlockedOrchestrator {
		stackTrace = List.copyOf(stackTrace);
	}

}
