package io.durablespring.local;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.durablespring.InstanceFilter;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.ParentInstance;
import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.history.VersionOrder;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.NewInstance;
import io.durablespring.spi.StepCommit;
import io.durablespring.spi.StepCommit.HistoryChange;
import org.jspecify.annotations.Nullable;

/**
 * An instance as {@link InMemoryStore} keeps it. Its history is one growing list, so that
 * a step costs what it adds; the store's lock guards it.
 *
 * @param metadata what is known of it
 * @param rowVersion how often it was written
 * @param history the events of its current execution
 * @param parent who waits for it
 */
record StoredInstance(OrchestrationMetadata metadata, long rowVersion, List<HistoryEvent> history,
		@Nullable ParentInstance parent) {

	static StoredInstance of(NewInstance instance, @Nullable StoredInstance replaced) {
		ExecutionStarted started = instance.started();
		OrchestrationMetadata metadata = new OrchestrationMetadata(instance.id(), started.name(), started.version(),
				InstanceStatus.PENDING, instance.executionId(), started.input(), null, null, null, started.tags(),
				(started.parent() != null) ? started.parent().instanceId() : null, started.timestamp(), null,
				started.timestamp(), null);
		// The version goes on counting: who still holds the replaced one must lose.
		return new StoredInstance(metadata, (replaced != null) ? replaced.rowVersion() + 1 : 0, new ArrayList<>(),
				started.parent());
	}

	InstanceStatus status() {
		return this.metadata.status();
	}

	boolean finished() {
		return status().isFinished();
	}

	boolean runs(String executionId) {
		return this.metadata.executionId().equals(executionId);
	}

	InstanceHead head() {
		return new InstanceHead(this.metadata.instanceId(), this.metadata.name(), this.metadata.version(), status(),
				this.metadata.executionId(), this.rowVersion, this.parent);
	}

	boolean isAt(InstanceHead head) {
		return this.rowVersion == head.rowVersion() && runs(head.executionId());
	}

	StoredInstance after(StepCommit step) {
		OrchestrationMetadata was = this.metadata;
		Instant startedAt = (was.startedAt() != null || !step.state().begun()) ? was.startedAt() : step.now();
		Instant completedAt = step.status().isFinished() ? step.now() : null;
		HistoryChange change = step.history();
		ExecutionStarted restarted = change.restarted();
		List<HistoryEvent> events = runs(change.executionId()) ? this.history : new ArrayList<>();
		events.addAll(change.events());
		StepCommit.State state = step.state();
		Payload customStatus = (state.customStatus() != null) ? state.customStatus().value() : was.customStatus();
		ParentInstance waits = state.parent();
		return new StoredInstance(new OrchestrationMetadata(was.instanceId(), was.name(),
				(restarted != null) ? restarted.version() : was.version(), step.status(), change.executionId(),
				(restarted != null) ? restarted.input() : was.input(), state.output(), step.failure(), customStatus,
				was.tags(), (waits != null) ? waits.instanceId() : null, was.createdAt(), startedAt, step.now(),
				completedAt), this.rowVersion + 1, events, waits);
	}

	boolean matches(InstanceFilter filter) {
		OrchestrationMetadata instance = this.metadata;
		return (filter.statuses().isEmpty() || filter.statuses().contains(instance.status()))
				&& (filter.name() == null || filter.name().equals(instance.name()))
				&& (filter.version() == null || isVersion(instance, filter.version()))
				&& instance.tags().entrySet().containsAll(filter.tags().entrySet())
				&& (filter.idPrefix() == null || instance.instanceId().startsWith(filter.idPrefix()))
				&& filter.created().contains(instance.createdAt()) && filter.updated().contains(instance.updatedAt())
				&& filter.completed().contains(instance.completedAt())
				&& (filter.withoutPatch() == null || this.history.stream()
					.noneMatch((event) -> event instanceof HistoryEvent.PatchMarked marker
							&& marker.patchId().equals(filter.withoutPatch())));
	}

	private static boolean isVersion(OrchestrationMetadata instance, String wanted) {
		return instance.version() != null
				&& VersionOrder.spellings(wanted).contains(instance.version().toLowerCase(Locale.ROOT));
	}

	OrchestrationMetadata withoutPayloads() {
		OrchestrationMetadata all = this.metadata;
		return new OrchestrationMetadata(all.instanceId(), all.name(), all.version(), all.status(), all.executionId(),
				null, null, all.failure(), all.customStatus(), all.tags(), all.parentId(), all.createdAt(),
				all.startedAt(), all.updatedAt(), all.completedAt());
	}

}
