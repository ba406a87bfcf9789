package io.durablespring.runtime;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import io.durablespring.InstanceFilter;
import io.durablespring.InstanceNotFinishedException;
import io.durablespring.InstanceQuery;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.PurgeResult;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.InstanceQueries;
import io.durablespring.spi.OrchestrationStore;
import org.jspecify.annotations.Nullable;

/**
 * Removes finished instances, some at a time and each some in a transaction of its own,
 * so that a purge can be ended at any moment and go on later. Thread-safe.
 */
final class Purges {

	private static final int BATCH = 500;

	private final OrchestrationStore store;

	private final InstanceQueries queries;

	Purges(OrchestrationStore store, InstanceQueries queries) {
		this.store = store;
		this.queries = queries;
	}

	PurgeResult purge(String instanceId, boolean recursive) {
		Optional<InstanceHead> found = this.store.load(List.of(instanceId)).stream().findFirst();
		if (found.isEmpty()) {
			return new PurgeResult(0, true);
		}
		if (!found.get().status().isFinished()) {
			throw new InstanceNotFinishedException(instanceId, found.get().status());
		}
		Purge purge = new Purge(recursive, null);
		purge.remove(List.of(found.get()));
		return new PurgeResult(purge.purged, true);
	}

	PurgeResult purge(InstanceFilter filter, boolean recursive, Duration timeout) {
		Optional<InstanceFilter> finished = finishedOnly(filter);
		if (finished.isEmpty()) {
			return new PurgeResult(0, true);
		}
		Purge purge = new Purge(recursive, Deadline.after(timeout));
		InstanceQuery query = InstanceQuery.of(finished.get()).pageSize(BATCH);
		while (true) {
			InstanceQuery.Page page = this.queries.list(query);
			if (!purge.remove(heads(page.instances()))) {
				return new PurgeResult(purge.purged, false);
			}
			if (page.continuationToken() == null) {
				return new PurgeResult(purge.purged, true);
			}
			query = query.after(page.continuationToken());
		}
	}

	/** Only the executions that were listed: another one may not be what is wanted. */
	private List<InstanceHead> heads(List<OrchestrationMetadata> listed) {
		if (listed.isEmpty()) {
			return List.of();
		}
		Map<String, String> executions = listed.stream()
			.collect(Collectors.toMap(OrchestrationMetadata::instanceId, OrchestrationMetadata::executionId));
		return this.store.load(executions.keySet())
			.stream()
			.filter((head) -> head.executionId().equals(executions.get(head.id())))
			.toList();
	}

	private static Optional<InstanceFilter> finishedOnly(InstanceFilter filter) {
		Set<InstanceStatus> statuses = new HashSet<>(
				Set.of(InstanceStatus.COMPLETED, InstanceStatus.FAILED, InstanceStatus.TERMINATED));
		if (!filter.statuses().isEmpty()) {
			statuses.retainAll(filter.statuses());
		}
		return statuses.isEmpty() ? Optional.empty()
				: Optional.of(filter.status(statuses.toArray(InstanceStatus[]::new)));
	}

	/**
	 * One purge. Whatever its deadline, it removes something: who purges again comes to
	 * an end.
	 */
	private final class Purge {

		private final boolean recursive;

		private final @Nullable Deadline deadline;

		private int purged;

		private boolean begun;

		Purge(boolean recursive, @Nullable Deadline deadline) {
			this.recursive = recursive;
			this.deadline = deadline;
		}

		/**
		 * Removes instances, the children first: a purge that is cut short must still
		 * find the rest.
		 * @return whether there was time for all of them
		 */
		boolean remove(List<InstanceHead> instances) {
			for (int from = 0; from < instances.size(); from += BATCH) {
				List<InstanceHead> batch = instances.subList(from, Math.min(from + BATCH, instances.size()));
				if ((this.recursive && !remove(finishedChildren(batch))) || isOver()) {
					return false;
				}
				this.begun = true;
				this.purged += Purges.this.store.purge(batch);
			}
			return true;
		}

		private List<InstanceHead> finishedChildren(List<InstanceHead> parents) {
			return Purges.this.queries.children(parents.stream().map(InstanceHead::id).toList())
				.stream()
				.filter((child) -> child.status().isFinished())
				.toList();
		}

		private boolean isOver() {
			return this.begun && this.deadline != null && this.deadline.isOver();
		}

	}

}
