package io.durablespring.spi;

import io.durablespring.InstanceStatus;

/**
 * What a worker needs to know of an instance before it steps it.
 *
 * @param id the instance id
 * @param name the orchestrator's name
 * @param status the stored status
 * @param executionId the current execution
 * @param rowVersion the version that the next write must find
 */
public record InstanceHead(String id, String name, InstanceStatus status, String executionId, long rowVersion) {
}
