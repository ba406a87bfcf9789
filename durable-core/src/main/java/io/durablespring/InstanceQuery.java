package io.durablespring;

import java.time.Instant;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Which instances to list. Conditions are joined by AND; an absent one does not restrict.
 *
 * @param statuses any of these statuses; empty for every status
 * @param name exactly this orchestrator
 * @param idPrefix ids that start with this
 * @param createdFrom created at or after
 * @param createdTo created before
 * @param withPayloads whether to fetch input and output
 * @param pageSize how many at most, 1 to 1,000
 * @param continuationToken where the page before ended; {@code null} for the first page
 */
public record InstanceQuery(Set<InstanceStatus> statuses, @Nullable String name, @Nullable String idPrefix,
		@Nullable Instant createdFrom, @Nullable Instant createdTo, boolean withPayloads, int pageSize,
		@Nullable String continuationToken) {

	public InstanceQuery {
		statuses = Set.copyOf(statuses);
		if (pageSize < 1 || pageSize > 1000) {
			throw new IllegalArgumentException("pageSize must be from 1 to 1,000 but is " + pageSize);
		}
	}

	/**
	 * All instances, 100 a page, without payloads.
	 * @return the query
	 */
	public static InstanceQuery all() {
		return new InstanceQuery(Set.of(), null, null, null, null, false, 100, null);
	}

	/**
	 * This query for some statuses only.
	 * @param any the statuses
	 * @return the query
	 */
	public InstanceQuery status(InstanceStatus... any) {
		return new InstanceQuery(Set.of(any), this.name, this.idPrefix, this.createdFrom, this.createdTo,
				this.withPayloads, this.pageSize, this.continuationToken);
	}

	/**
	 * This query for one orchestrator only.
	 * @param orchestrator the orchestrator's name
	 * @return the query
	 */
	public InstanceQuery name(String orchestrator) {
		return new InstanceQuery(this.statuses, orchestrator, this.idPrefix, this.createdFrom, this.createdTo,
				this.withPayloads, this.pageSize, this.continuationToken);
	}

	/**
	 * This query for ids with a prefix only.
	 * @param prefix the prefix
	 * @return the query
	 */
	public InstanceQuery idPrefix(String prefix) {
		return new InstanceQuery(this.statuses, this.name, prefix, this.createdFrom, this.createdTo, this.withPayloads,
				this.pageSize, this.continuationToken);
	}

	/**
	 * This query for a window of creation times only.
	 * @param from created at or after; {@code null} for no start
	 * @param to created before; {@code null} for no end
	 * @return the query
	 */
	public InstanceQuery created(@Nullable Instant from, @Nullable Instant to) {
		return new InstanceQuery(this.statuses, this.name, this.idPrefix, from, to, this.withPayloads, this.pageSize,
				this.continuationToken);
	}

	/**
	 * This query with input and output.
	 * @return the query
	 */
	public InstanceQuery fetchPayloads() {
		return new InstanceQuery(this.statuses, this.name, this.idPrefix, this.createdFrom, this.createdTo, true,
				this.pageSize, this.continuationToken);
	}

	/**
	 * This query with another page size.
	 * @param size how many at most, 1 to 1,000
	 * @return the query
	 */
	public InstanceQuery pageSize(int size) {
		return new InstanceQuery(this.statuses, this.name, this.idPrefix, this.createdFrom, this.createdTo,
				this.withPayloads, size, this.continuationToken);
	}

	/**
	 * This query, going on after a page.
	 * @param token the page's continuation token
	 * @return the query
	 */
	public InstanceQuery after(@Nullable String token) {
		return new InstanceQuery(this.statuses, this.name, this.idPrefix, this.createdFrom, this.createdTo,
				this.withPayloads, this.pageSize, token);
	}

	/**
	 * One page of instances, in order of creation. Instances that are created or change
	 * while paging neither repeat nor hide others.
	 *
	 * @param instances the instances
	 * @param continuationToken what to continue with; {@code null} on the last page
	 */
	public record Page(List<OrchestrationMetadata> instances, @Nullable String continuationToken) {

		public Page {
			instances = List.copyOf(instances);
		}

	}

}
