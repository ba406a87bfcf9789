package io.durablespring;

import java.time.Instant;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What is known of an instance. A snapshot: it does not change afterwards.
 *
 * @param instanceId the instance id
 * @param name the orchestrator's name
 * @param version the orchestrator's version
 * @param status the runtime status
 * @param executionId the id of the current execution
 * @param input the input; {@code null} if there is none or it was not fetched
 * @param output the result; {@code null} if there is none or it was not fetched
 * @param failure why it failed, was suspended or was terminated
 * @param customStatus what the orchestrator says of itself
 * @param tags the labels given at start
 * @param parentId the id of the instance that waits for this one
 * @param createdAt when it was accepted
 * @param startedAt when its code began to run; {@code null} if it has not
 * @param updatedAt when it changed last
 * @param completedAt when it finished
 */
public record OrchestrationMetadata(String instanceId, String name, @Nullable String version, InstanceStatus status,
		String executionId, @Nullable Payload input, @Nullable Payload output, @Nullable FailureDetails failure,
		@Nullable Payload customStatus, Map<String, String> tags, @Nullable String parentId, Instant createdAt,
		@Nullable Instant startedAt, Instant updatedAt, @Nullable Instant completedAt) {

	public OrchestrationMetadata {
		tags = Map.copyOf(tags);
	}

	/**
	 * Deserialises the input.
	 * @param <T> the wanted type
	 * @param type the wanted type
	 * @return the input, or {@code null} if there is none
	 * @throws PayloadException if it is not of that type
	 */
	public <T> @Nullable T readInputAs(Class<T> type) {
		return (this.input != null) ? this.input.as(type) : null;
	}

	/**
	 * Deserialises the result.
	 * @param <T> the wanted type
	 * @param type the wanted type
	 * @return the result, or {@code null} if there is none
	 * @throws PayloadException if it is not of that type
	 */
	public <T> @Nullable T readOutputAs(Class<T> type) {
		return (this.output != null) ? this.output.as(type) : null;
	}

	/**
	 * Deserialises a result of a generic type.
	 * @param <T> the wanted type
	 * @param type the wanted type
	 * @return the result, or {@code null} if there is none
	 * @throws PayloadException if it is not of that type
	 */
	public <T> @Nullable T readOutputAs(TypeRef<T> type) {
		return (this.output != null) ? this.output.as(type) : null;
	}

	/**
	 * Deserialises what the orchestrator says of itself.
	 * @param <T> the wanted type
	 * @param type the wanted type
	 * @return the custom status, or {@code null} if there is none
	 * @throws PayloadException if it is not of that type
	 */
	public <T> @Nullable T readCustomStatusAs(Class<T> type) {
		return (this.customStatus != null) ? this.customStatus.as(type) : null;
	}

	/**
	 * This snapshot with payloads that can deserialise themselves.
	 * @param reader what deserialises
	 * @return a snapshot equal to this one
	 */
	public OrchestrationMetadata readableBy(Payload.Reader reader) {
		return new OrchestrationMetadata(this.instanceId, this.name, this.version, this.status, this.executionId,
				(this.input != null) ? this.input.readableBy(reader) : null,
				(this.output != null) ? this.output.readableBy(reader) : null, this.failure,
				(this.customStatus != null) ? this.customStatus.readableBy(reader) : null, this.tags, this.parentId,
				this.createdAt, this.startedAt, this.updatedAt, this.completedAt);
	}

}
