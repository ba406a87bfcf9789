package io.durablespring.runtime;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import io.durablespring.FailureDetails;
import io.durablespring.InstanceStatus;
import io.durablespring.engine.Execution;
import io.durablespring.engine.ExecutionKey;
import io.durablespring.engine.OrchestrationEngine;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.ExecutionTerminated;
import io.durablespring.history.Message;
import io.durablespring.history.Message.ToOrchestration;
import io.durablespring.runtime.ExecutionCache.Parked;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.OrchestrationStore;
import io.durablespring.spi.OutboxEntry;
import io.durablespring.spi.StepCommit;
import org.jspecify.annotations.Nullable;

/**
 * Gets the executions of a batch: parked ones, those of short histories that rest, and
 * all others by one query for the instances and one for their histories. What cannot run
 * here goes to a node where it can. Thread-safe.
 */
final class InstanceLoader {

	private final OrchestrationEngine engine;

	private final Invocations invocations;

	private final OrchestratorVersions versions;

	private final Versioning.FailureStrategy onMismatch;

	private final OrchestrationStore store;

	private final OutboxRelay relay;

	private final ExecutionCache cache;

	InstanceLoader(OrchestrationEngine engine, Invocations invocations, OrchestratorVersions versions,
			Versioning.FailureStrategy onMismatch, OrchestrationStore store, OutboxRelay relay, ExecutionCache cache) {
		this.engine = engine;
		this.invocations = invocations;
		this.versions = versions;
		this.onMismatch = onMismatch;
		this.store = store;
		this.relay = relay;
		this.cache = cache;
	}

	/**
	 * Gets what messages are for.
	 * @param groups the messages by instance
	 * @param loaded takes what was found; whoever calls closes its executions, also when
	 * this fails
	 */
	void load(Map<String, List<ToOrchestration>> groups, Loaded loaded, Instant now) {
		Map<String, List<ToOrchestration>> missing = takeParked(groups, loaded);
		if (missing.isEmpty()) {
			return;
		}
		Map<String, InstanceHead> heads = this.store.load(missing.keySet())
			.stream()
			.collect(Collectors.toMap(InstanceHead::id, (head) -> head));
		OrchestrationStore.Histories histories = histories(heads, missing);
		List<Message> elsewhere = new ArrayList<>();
		missing.forEach((id, messages) -> {
			InstanceHead head = heads.get(id);
			List<HistoryEvent> history = (head != null && isNew(head)) ? List.of() : histories.readable().get(id);
			OrchestrationStore.Unreadable unreadable = histories.unreadable().get(id);
			boolean mismatched = head != null && (!head.status().isFinished() || isRewound(head, messages))
					&& !this.versions.canRun(head.name(), head.version());
			if (head != null && unreadable != null) {
				if (mismatched && this.onMismatch == Versioning.FailureStrategy.REJECT) {
					// A node with its code may be able to read it, too.
					handOff(head, messages, elsewhere);
				}
				else {
					loaded.unreadable.add(new Unreadable(head, messages, unreadable));
				}
			}
			else if (head != null && mismatched) {
				mismatched(head, messages, Objects.requireNonNull(history), loaded, elsewhere, now);
			}
			else if (head == null || head.status().isFinished()) {
				loaded.late.add(new Late(head, messages, history));
			}
			else {
				loaded.executions.put(id,
						new Parked(head, execution(head, head.executionId(), Objects.requireNonNull(history))));
			}
		});
		handOff(elsewhere, now);
	}

	private Map<String, List<ToOrchestration>> takeParked(Map<String, List<ToOrchestration>> groups, Loaded loaded) {
		// In the order of arrival, so that the same messages are always taken in the same
		// way.
		Map<String, List<ToOrchestration>> missing = new LinkedHashMap<>();
		groups.forEach((id, messages) -> {
			Parked parked = takeParked(id);
			if (parked != null
					&& messages.stream().allMatch((message) -> parked.concerns(message) && !message.wakesUp())) {
				loaded.executions.put(id, parked);
				loaded.cached.add(id);
				return;
			}
			if (parked != null) {
				// The instance was started again meanwhile, or the message is old, or it
				// was with a node that has died: the store knows.
				parked.close();
			}
			missing.put(id, messages);
		});
		return missing;
	}

	private @Nullable Parked takeParked(String id) {
		Parked parked = this.cache.take(id);
		RestingHistories.Resting resting = this.cache.takeResting(id);
		if (parked != null || resting == null) {
			return parked;
		}
		InstanceHead head = resting.head();
		return new Parked(head, execution(head, head.executionId(), resting.events()));
	}

	private OrchestrationStore.Histories histories(Map<String, InstanceHead> heads,
			Map<String, List<ToOrchestration>> messages) {
		List<InstanceHead> wanted = heads.values()
			.stream()
			.filter((head) -> head.status().isFinished() ? isRewound(head, messages.getOrDefault(head.id(), List.of()))
					: !isNew(head))
			.toList();
		return wanted.isEmpty() ? OrchestrationStore.Histories.NONE : this.store.histories(wanted);
	}

	// Events may have come before the start, so PENDING alone does not say it.
	private static boolean isNew(InstanceHead head) {
		return head.status() == InstanceStatus.PENDING && head.rowVersion() == 0;
	}

	private static boolean isRewound(InstanceHead head, List<ToOrchestration> messages) {
		return head.status() == InstanceStatus.FAILED
				&& messages.stream().anyMatch((message) -> message.event() instanceof HistoryEvent.ExecutionRewound);
	}

	Execution execution(InstanceHead head, String executionId, List<HistoryEvent> history) {
		return this.engine.execution(new ExecutionKey(head.id(), executionId, head.name()),
				this.invocations.orchestrator(head.name(), head.version()), history);
	}

	private void mismatched(InstanceHead head, List<ToOrchestration> messages, List<HistoryEvent> history,
			Loaded loaded, List<Message> elsewhere, Instant now) {
		Optional<ToOrchestration> termination = messages.stream()
			.filter((message) -> message.event() instanceof ExecutionTerminated)
			.findFirst();
		if (!head.status().isFinished() && termination.isPresent()) {
			// Takes no code, and may be wanted because nobody has the code.
			Execution execution = execution(head, head.executionId(), history);
			loaded.ended.add(InstanceWork.terminate(head, execution, termination.get(), now));
		}
		else if (this.onMismatch == Versioning.FailureStrategy.REJECT) {
			handOff(head, messages, elsewhere);
		}
		else if (head.status().isFinished()) {
			loaded.failed.add(InstanceWork.failed(head, history, now, mismatch(head)));
		}
		else {
			Execution execution = execution(head, head.executionId(), history);
			loaded.ended.add(InstanceWork.fail(head, execution, messages, mismatch(head), now));
		}
	}

	private static FailureDetails mismatch(InstanceHead head) {
		return FailureDetails.of("VersionMismatch",
				("Orchestration version did not comply with Worker Versioning: no "
						+ "implementation of '%s' on this node may run version %s. Deploy one, or let "
						+ "durable.versioning.failure-strategy=reject leave it to a node that has one.")
					.formatted(head.name(), (head.version() != null) ? "'" + head.version() + "'" : "none"));
	}

	private static void handOff(InstanceHead head, List<ToOrchestration> messages, List<Message> elsewhere) {
		messages.forEach((message) -> elsewhere.add(new Message.ToVersion(head.name(), head.version(), message)));
	}

	/** By way of the outbox, for the messages are acknowledged afterwards. */
	private void handOff(List<Message> messages, Instant now) {
		if (!messages.isEmpty()) {
			OutboxEntry entry = new OutboxEntry(UUID.randomUUID().toString(), now, this.relay.claimFor(now, now),
					messages);
			this.store.enqueue(entry, List.of(), () -> this.relay.accept(entry));
		}
	}

	/**
	 * What messages are for.
	 */
	static final class Loaded {

		/** Executions that can take a step. */
		final Map<String, Parked> executions = new HashMap<>();

		/** Those of them that were not read from the store now. */
		final Set<String> cached = new HashSet<>();

		/** Messages to instances that are unknown or have finished. */
		final List<Late> late = new ArrayList<>();

		/** Messages to instances whose history cannot be read. */
		final List<Unreadable> unreadable = new ArrayList<>();

		/** Instances that end without being run. */
		final List<InstanceWork> ended = new ArrayList<>();

		/** Steps of instances that fail once more, whose rewind cannot be run here. */
		final List<StepCommit> failed = new ArrayList<>();

	}

	/**
	 * Messages that find nothing that runs.
	 *
	 * @param head the finished instance, {@code null} if there is none
	 * @param messages the messages
	 * @param history its history, if it is to be rewound
	 */
	record Late(@Nullable InstanceHead head, List<ToOrchestration> messages, @Nullable List<HistoryEvent> history) {
	}

	/**
	 * Messages that find a history that cannot be read.
	 *
	 * @param head the instance
	 * @param messages the messages
	 * @param history what is known of the history
	 */
	record Unreadable(InstanceHead head, List<ToOrchestration> messages, OrchestrationStore.Unreadable history) {
	}

}
