package io.durablespring.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.durablespring.InstanceFilter;
import io.durablespring.InstanceNotFinishedException;
import io.durablespring.InstanceQuery;
import io.durablespring.InstanceStatus;
import io.durablespring.PurgeResult;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.InstanceQueries;
import io.durablespring.spi.OrchestrationStore;

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
		return new PurgeResult(purge(List.of(found.get()), recursive), true);
	}

	PurgeResult purge(InstanceFilter filter, boolean recursive, Duration timeout) {
		Optional<InstanceFilter> finished = finishedOnly(filter);
		if (finished.isEmpty()) {
			return new PurgeResult(0, true);
		}
		Deadline deadline = Deadline.after(timeout);
		int purged = 0;
		InstanceQuery query = InstanceQuery.of(finished.get()).pageSize(BATCH);
		while (true) {
			InstanceQuery.Page page = this.queries.list(query);
			List<String> ids = page.instances().stream().map((instance) -> instance.instanceId()).toList();
			if (!ids.isEmpty()) {
				purged += purge(this.store.load(ids).stream().filter((head) -> head.status().isFinished()).toList(),
						recursive);
			}
			if (page.continuationToken() == null) {
				return new PurgeResult(purged, true);
			}
			if (deadline.isOver()) {
				return new PurgeResult(purged, false);
			}
			query = query.after(page.continuationToken());
		}
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

	/** The children first: a purge that is cut short must still find the rest. */
	private int purge(List<InstanceHead> instances, boolean recursive) {
		int purged = 0;
		if (recursive && !instances.isEmpty()) {
			List<InstanceHead> children = new ArrayList<>(
					this.queries.children(instances.stream().map(InstanceHead::id).toList()));
			children.removeIf((child) -> !child.status().isFinished());
			purged += purge(children, true);
		}
		return purged + (instances.isEmpty() ? 0 : this.store.purge(instances));
	}

}
