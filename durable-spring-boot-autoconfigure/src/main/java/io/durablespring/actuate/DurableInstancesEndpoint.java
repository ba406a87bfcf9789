package io.durablespring.actuate;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.durablespring.DurableClient;
import io.durablespring.HistoryEntry;
import io.durablespring.InstanceFilter;
import io.durablespring.InstanceNotFoundException;
import io.durablespring.InstanceQuery;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.ParentInstance;
import io.durablespring.TimeWindow;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.actuate.endpoint.Sanitizer;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/**
 * Shows orchestration instances: a page of them, or one with its history.
 */
@Endpoint(id = "durableinstances", defaultAccess = Access.READ_ONLY)
public final class DurableInstancesEndpoint {

	private final DurableClient client;

	private final Sanitizer sanitizer;

	/**
	 * Creates the endpoint.
	 * @param client what finds instances
	 * @param sanitizingFunctions what masks values
	 */
	public DurableInstancesEndpoint(DurableClient client, Iterable<SanitizingFunction> sanitizingFunctions) {
		this.client = client;
		this.sanitizer = new Sanitizer(sanitizingFunctions);
	}

	/**
	 * Lists instances in order of creation, without payloads. An absent condition does
	 * not restrict.
	 * @param status any of these statuses
	 * @param name exactly this orchestrator
	 * @param version this version; {@code 1} also finds {@code 1.0}
	 * @param tag has this label, as name=value
	 * @param idPrefix ids that start with this
	 * @param createdFrom created at or after
	 * @param createdTo created before
	 * @param updatedFrom changed last at or after
	 * @param updatedTo changed last before
	 * @param completedFrom finished at or after
	 * @param completedTo finished before
	 * @param size how many at most, 1 to 1,000; 100 if absent
	 * @param token where the page before ended
	 * @return a page
	 * @throws InvalidEndpointRequestException if a condition is not legal
	 */
	@ReadOperation
	public InstancePage instances(InstanceStatus @Nullable [] status, @Nullable String name, @Nullable String version,
			String @Nullable [] tag, @Nullable String idPrefix, @Nullable OffsetDateTime createdFrom,
			@Nullable OffsetDateTime createdTo, @Nullable OffsetDateTime updatedFrom,
			@Nullable OffsetDateTime updatedTo, @Nullable OffsetDateTime completedFrom,
			@Nullable OffsetDateTime completedTo, @Nullable Integer size, @Nullable String token) {
		try {
			InstanceFilter filter = new InstanceFilter((status != null) ? Set.of(status) : Set.of(), name, version,
					tags(tag), idPrefix, window(createdFrom, createdTo), window(updatedFrom, updatedTo),
					window(completedFrom, completedTo), null);
			InstanceQuery.Page page = this.client
				.query(new InstanceQuery(filter, false, (size != null) ? size : 100, token));
			return new InstancePage(page.instances().stream().map(InstanceSummary::of).toList(),
					page.continuationToken());
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidEndpointRequestException(String.valueOf(ex.getMessage()), ex.getMessage());
		}
	}

	private static TimeWindow window(@Nullable OffsetDateTime from, @Nullable OffsetDateTime to) {
		return new TimeWindow((from != null) ? from.toInstant() : null, (to != null) ? to.toInstant() : null);
	}

	private static Map<String, String> tags(String @Nullable [] tags) {
		Map<String, String> wanted = new HashMap<>();
		for (String tag : (tags != null) ? tags : new String[0]) {
			int sign = tag.indexOf('=');
			if (sign < 1) {
				throw new IllegalArgumentException("'" + tag + "' is not a tag: write name=value");
			}
			wanted.put(tag.substring(0, sign), tag.substring(sign + 1));
		}
		return wanted;
	}

	/**
	 * Describes one instance.
	 * @param instanceId the instance id
	 * @return the instance; {@code null} if there is none
	 */
	@ReadOperation
	public @Nullable InstanceDetails instance(@Selector String instanceId) {
		return instance(instanceId, true);
	}

	@Nullable InstanceDetails instance(String instanceId, boolean showValues) {
		OrchestrationMetadata found = this.client.get(instanceId).orElse(null);
		if (found == null) {
			return null;
		}
		PayloadDisplay display = new PayloadDisplay(this.sanitizer, showValues);
		List<HistoryLine> history = List.of();
		String problem = null;
		try {
			history = this.client.history(instanceId).stream().map((entry) -> HistoryLine.of(entry, display)).toList();
		}
		catch (InstanceNotFoundException ex) {
			// Removed since it was found.
		}
		catch (IllegalArgumentException ex) {
			// Just then its other facts are wanted.
			problem = ex.getMessage();
		}
		return new InstanceDetails(InstanceSummary.of(found), display.payload("input", found.input()),
				display.payload("output", found.output()), display.payload("customStatus", found.customStatus()),
				display.failure(found.failure()), history, problem);
	}

	/**
	 * A page of instances.
	 *
	 * @param instances the instances
	 * @param token what to continue with; {@code null} on the last page
	 */
	public record InstancePage(List<InstanceSummary> instances,
			@Nullable String token) implements OperationResponseBody {
	}

	/**
	 * An instance in brief.
	 *
	 * @param instanceId the instance id
	 * @param name the orchestrator's name
	 * @param version the orchestrator's version
	 * @param status the runtime status
	 * @param executionId the id of the current execution
	 * @param parentId the id of the instance that started this one
	 * @param tags the labels given at start
	 * @param createdAt when it was accepted
	 * @param startedAt when its code began to run; {@code null} if it has not
	 * @param updatedAt when it changed last
	 * @param completedAt when it finished
	 */
	public record InstanceSummary(String instanceId, String name, @Nullable String version, InstanceStatus status,
			String executionId, @Nullable String parentId, Map<String, String> tags, Instant createdAt,
			@Nullable Instant startedAt, Instant updatedAt, @Nullable Instant completedAt) {

		static InstanceSummary of(OrchestrationMetadata instance) {
			return new InstanceSummary(instance.instanceId(), instance.name(), instance.version(), instance.status(),
					instance.executionId(), instance.parentId(), instance.tags(), instance.createdAt(),
					instance.startedAt(), instance.updatedAt(), instance.completedAt());
		}

	}

	/**
	 * An instance in full.
	 *
	 * @param instance the instance in brief
	 * @param input the input
	 * @param output the result
	 * @param customStatus what the orchestrator says of itself
	 * @param failure why it failed, was suspended or was terminated
	 * @param history the history of the current execution
	 * @param historyProblem why the history cannot be read
	 */
	public record InstanceDetails(InstanceSummary instance, @Nullable Object input, @Nullable Object output,
			@Nullable Object customStatus, @Nullable Object failure, List<HistoryLine> history,
			@Nullable String historyProblem) implements OperationResponseBody {
	}

	/**
	 * A line of an instance's history.
	 *
	 * @param sequence the position, from 0
	 * @param timestamp when it was recorded
	 * @param type the event's type
	 * @param taskId the task it belongs to
	 * @param name the orchestrator's or activity's name
	 * @param payload input or result
	 * @param failure what failed
	 * @param reason why it was suspended, resumed or terminated
	 * @param fireAt when the timer fires
	 * @param attempt which attempt of a call it is
	 * @param instanceId the other instance that it is about
	 * @param retryOf the task of the call's first attempt, if this is a further attempt
	 * or the timer before one
	 * @param version the version that an instance was started with
	 * @param queue the activity's queue, if it is not the default
	 * @param tags the labels that the instance was started with; {@code null} for none
	 * @param parent who waits for this instance
	 */
	public record HistoryLine(int sequence, Instant timestamp, String type, @Nullable Integer taskId,
			@Nullable String name, @Nullable Object payload, @Nullable Object failure, @Nullable String reason,
			@Nullable Instant fireAt, @Nullable Integer attempt, @Nullable String instanceId, @Nullable Integer retryOf,
			@Nullable String version, @Nullable String queue, @Nullable Map<String, String> tags,
			@Nullable ParentInstance parent) {

		static HistoryLine of(HistoryEntry entry, PayloadDisplay display) {
			return new HistoryLine(entry.sequence(), entry.timestamp(), entry.type(), entry.taskId(), entry.name(),
					display.payload("payload", entry.payload()), display.failure(entry.failure()), entry.reason(),
					entry.fireAt(), entry.attempt(), entry.instanceId(), entry.retryOf(), entry.version(),
					entry.queue(), entry.tags().isEmpty() ? null : entry.tags(), entry.parent());
		}

	}

}
