package io.durablespring;

/**
 * Who waits for a sub-orchestration.
 *
 * @param instanceId the parent's instance id
 * @param executionId the parent's execution that waits
 * @param taskId the parent's task that the outcome completes
 */
public record ParentInstance(String instanceId, String executionId, int taskId) {
}
