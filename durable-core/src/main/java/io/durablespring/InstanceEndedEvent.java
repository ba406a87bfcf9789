package io.durablespring;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * An instance has ended. Published as a Spring application event by the node that has
 * stored it, after the commit, on a thread of the runtime and in a transaction of its
 * own, so that transactional listeners are called, too.
 * <p>
 * At most once, in no order: a node that dies between commit and publication publishes
 * nothing. What must happen belongs in an activity. The output is not carried along:
 * {@link DurableClient#get} has it.
 */
public sealed interface InstanceEndedEvent {

	/**
	 * The instance.
	 * @return the instance id
	 */
	String instanceId();

	/**
	 * The orchestrator's name.
	 * @return the name
	 */
	String name();

	/**
	 * The version that the instance is pinned to.
	 * @return the version, {@code null} if it has none
	 */
	@Nullable String version();

	/**
	 * Who waits for the instance.
	 * @return the parent's instance id, {@code null} if it is no sub-orchestration
	 */
	@Nullable String parentId();

	/**
	 * When it ended.
	 * @return the time of the last step
	 */
	Instant endedAt();

	/**
	 * The orchestrator has returned.
	 *
	 * @param instanceId the instance id
	 * @param name the orchestrator's name
	 * @param version the version that the instance is pinned to, {@code null} for none
	 * @param parentId the parent's instance id, {@code null} for none
	 * @param endedAt the time of the last step
	 */
	record Completed(String instanceId, String name, @Nullable String version, @Nullable String parentId,
			Instant endedAt) implements InstanceEndedEvent {
	}

	/**
	 * The orchestrator has failed.
	 *
	 * @param instanceId the instance id
	 * @param name the orchestrator's name
	 * @param version the version that the instance is pinned to, {@code null} for none
	 * @param parentId the parent's instance id, {@code null} for none
	 * @param endedAt the time of the last step
	 * @param failure why
	 */
	record Failed(String instanceId, String name, @Nullable String version, @Nullable String parentId, Instant endedAt,
			FailureDetails failure) implements InstanceEndedEvent {
	}

	/**
	 * The instance was terminated.
	 *
	 * @param instanceId the instance id
	 * @param name the orchestrator's name
	 * @param version the version that the instance is pinned to, {@code null} for none
	 * @param parentId the parent's instance id, {@code null} for none
	 * @param endedAt the time of the last step
	 * @param reason why
	 */
	record Terminated(String instanceId, String name, @Nullable String version, @Nullable String parentId,
			Instant endedAt, String reason) implements InstanceEndedEvent {
	}

}
