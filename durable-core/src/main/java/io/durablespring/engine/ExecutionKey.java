package io.durablespring.engine;

/**
 * Which execution it is.
 *
 * @param instanceId the instance id
 * @param executionId the execution id
 * @param name the orchestrator's name
 */
public record ExecutionKey(String instanceId, String executionId, String name) {
}
