package io.durablespring.jpa;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;

import io.durablespring.IdReusePolicy;
import io.durablespring.InstanceStatus;
import io.durablespring.StoreUnavailableException;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.NewInstance;
import io.durablespring.spi.OutboxEntry;
import io.durablespring.spi.PayloadHolder;
import org.jspecify.annotations.Nullable;

/**
 * Creates instances, in place of others if that is wanted. The primary key decides
 * between those that want the same id. An instance that is replaced goes with its
 * history, its large values, and the entries for its start and its timers; one that has
 * finished has none of those.
 */
final class InstanceCreation {

	private static final int ATTEMPTS = 3;

	private final InstanceTable instances;

	private final HistoryTable history;

	private final PayloadTable payloads;

	private final OutboxTable outbox;

	InstanceCreation(InstanceTable instances, HistoryTable history, PayloadTable payloads, OutboxTable outbox) {
		this.instances = instances;
		this.history = history;
		this.payloads = payloads;
		this.outbox = outbox;
	}

	Outcome create(NewInstance instance, IdReusePolicy policy) {
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			if (this.instances.insert(instance)) {
				return Outcome.CREATED;
			}
			Outcome outcome = (policy == IdReusePolicy.REPLACE) ? replace(instance) : replaceFinished(instance, policy);
			if (outcome != null) {
				return outcome;
			}
			// It finished or was removed between two statements.
		}
		throw new StoreUnavailableException("Instance '" + instance.id() + "' changes too fast to be replaced", null);
	}

	private @Nullable Outcome replace(NewInstance instance) {
		InstanceHead replaced = this.instances.lock(instance.id());
		if (replaced == null) {
			return null;
		}
		this.instances.replace(instance);
		if (!replaced.status().isFinished()) {
			removeEntries(replaced, instance.started().timestamp());
		}
		removeTraces(instance.id());
		return replaced.status().isFinished() ? Outcome.CREATED : new Outcome(null, replaced);
	}

	private void removeEntries(InstanceHead replaced, Instant now) {
		if (this.outbox.removeIfLater(OutboxEntry.startId(replaced.executionId()), now)) {
			// An event that came with a start which is not due yet cannot be on its way.
			this.payloads.deleteHolders(List.of(PayloadHolder.event(replaced.id(), replaced.executionId())));
		}
		List<String> entries = new ArrayList<>(List.of(OutboxEntry.startId(replaced.executionId())));
		// The history knows the timers: to look for them in the outbox would take a scan.
		this.history.openTimers(HistoryTable.Execution.of(replaced))
			.forEach((taskId) -> entries.add(OutboxEntry.timerId(replaced.executionId(), taskId)));
		this.outbox.remove(entries);
	}

	private @Nullable Outcome replaceFinished(NewInstance instance, IdReusePolicy policy) {
		boolean finishedMayGo = policy == IdReusePolicy.REPLACE_FINISHED;
		if (finishedMayGo && this.instances.replaceFinished(instance)) {
			removeTraces(instance.id());
			return Outcome.CREATED;
		}
		InstanceStatus status = this.instances.status(instance.id());
		return (status == null || (finishedMayGo && status.isFinished())) ? null : new Outcome(status, null);
	}

	private void removeTraces(String instanceId) {
		this.history.delete(List.of(instanceId));
		this.payloads.delete(List.of(instanceId));
	}

	/**
	 * Creates instances; finished ones that have their ids are replaced.
	 * @param instances the instances; of several with one id the first comes first
	 * @return the execution ids of those whose id an unfinished instance has
	 */
	Set<String> createAll(List<NewInstance> instances) {
		return createAll(instances, (instance) -> IdReusePolicy.REPLACE_FINISHED, (instance, replaced) -> {
		});
	}

	/**
	 * Creates instances.
	 * @param instances the instances; of several with one id the first comes first
	 * @param policy what happens if an id is taken
	 * @param onReplaced is told of instances that replace unfinished ones
	 * @return the execution ids of those that may not have their ids
	 */
	Set<String> createAll(List<NewInstance> instances, Function<NewInstance, IdReusePolicy> policy,
			BiConsumer<NewInstance, InstanceHead> onReplaced) {
		Set<String> taken = new HashSet<>();
		if (instances.isEmpty()) {
			return taken;
		}
		// Always the same order of locks: batches of two nodes never wait for each other.
		List<NewInstance> ordered = instances.stream().sorted(Comparator.comparing(NewInstance::id)).toList();
		Set<String> inserted = this.instances.insertAll(ordered);
		for (NewInstance instance : ordered) {
			if (inserted.contains(instance.executionId())) {
				continue;
			}
			Outcome outcome = create(instance, policy.apply(instance));
			if (outcome.refusedBy() != null) {
				taken.add(instance.executionId());
			}
			else if (outcome.replaced() != null) {
				onReplaced.accept(instance, outcome.replaced());
			}
		}
		return taken;
	}

	/**
	 * What became of a new instance.
	 *
	 * @param refusedBy the status of the instance that keeps the id; {@code null} if the
	 * new one was created
	 * @param replaced the unfinished instance that it replaces, if there is one
	 */
	record Outcome(@Nullable InstanceStatus refusedBy, @Nullable InstanceHead replaced) {

		static final Outcome CREATED = new Outcome(null, null);

	}

}
