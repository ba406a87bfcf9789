package io.durablespring.spi;

import io.durablespring.InstanceStatus;
import io.durablespring.ParentInstance;
import org.jspecify.annotations.Nullable;

/**
 * What a worker needs to know of an instance before it steps it.
 *
 * @param id the instance id
 * @param name the orchestrator's name
 * @param version the version that it is pinned to; {@code null} for none
 * @param status the stored status
 * @param executionId the current execution
 * @param rowVersion the row version that the next write must find
 * @param parent who waits for the instance; {@code null} if nobody does
 */
public record InstanceHead(String id, String name, @Nullable String version, InstanceStatus status, String executionId,
		long rowVersion, @Nullable ParentInstance parent) {
}
