package io.durablespring;

import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Which instances to list, and how. Pages are in order of creation; instances that are
 * created or change while paging neither repeat nor hide others.
 *
 * @param filter which ones
 * @param withPayloads whether to fetch input and output
 * @param pageSize how many at most, 1 to 1,000
 * @param continuationToken where the page before ended; {@code null} for the first page
 */
public record InstanceQuery(InstanceFilter filter, boolean withPayloads, int pageSize,
		@Nullable String continuationToken) {

	public InstanceQuery {
		Objects.requireNonNull(filter, "filter must not be null");
		if (pageSize < 1 || pageSize > 1000) {
			throw new IllegalArgumentException("pageSize must be from 1 to 1,000 but is " + pageSize);
		}
	}

	/**
	 * All instances, 100 a page, without payloads.
	 * @return the query
	 */
	public static InstanceQuery all() {
		return of(InstanceFilter.all());
	}

	/**
	 * Some instances, 100 a page, without payloads.
	 * @param filter which ones
	 * @return the query
	 */
	public static InstanceQuery of(InstanceFilter filter) {
		return new InstanceQuery(filter, false, 100, null);
	}

	/**
	 * This query with input and output.
	 * @return the query
	 */
	public InstanceQuery fetchPayloads() {
		return new InstanceQuery(this.filter, true, this.pageSize, this.continuationToken);
	}

	/**
	 * This query with another page size.
	 * @param size how many at most, 1 to 1,000
	 * @return the query
	 */
	public InstanceQuery pageSize(int size) {
		return new InstanceQuery(this.filter, this.withPayloads, size, this.continuationToken);
	}

	/**
	 * This query, going on after a page.
	 * @param token the page's continuation token
	 * @return the query
	 */
	public InstanceQuery after(@Nullable String token) {
		return new InstanceQuery(this.filter, this.withPayloads, this.pageSize, token);
	}

	/**
	 * One page of instances.
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
