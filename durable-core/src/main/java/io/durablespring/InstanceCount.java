package io.durablespring;

/**
 * How many instances of an orchestrator have a status.
 *
 * @param name the orchestrator's name
 * @param status the status
 * @param count how many, at least 1
 */
public record InstanceCount(String name, InstanceStatus status, long count) {
}
