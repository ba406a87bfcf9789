package io.durablespring;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What an orchestrator can know of its own instance; the same on every replay.
 *
 * @param instanceId the instance id
 * @param name the name of the orchestrator
 * @param version the version that the instance was started with; {@code null} for none
 * @param parent who waits for this instance; {@code null} unless it is a
 * sub-orchestration
 * @param tags the labels given at start, a parent's included
 */
public record OrchestrationInfo(String instanceId, String name, @Nullable String version,
		@Nullable ParentInstance parent, Map<String, String> tags) {

	public OrchestrationInfo {
		tags = Map.copyOf(tags);
	}

}
