package io.durablespring.runtime;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import io.durablespring.FailureDetails;
import io.durablespring.InstanceAlreadyExistsException;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.ParentInstance;
import io.durablespring.PayloadException;
import io.durablespring.engine.Execution;
import io.durablespring.engine.Rewind;
import io.durablespring.engine.StepResult;
import io.durablespring.history.ExecutionIds;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.EventRaised;
import io.durablespring.history.HistoryEvent.ExecutionRewound;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.history.Message;
import io.durablespring.history.Message.ToOrchestration;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.InstanceQueries;
import io.durablespring.spi.OrchestrationStore;
import io.durablespring.spi.OutboxEntry;
import io.durablespring.spi.PayloadHolder;
import io.durablespring.spi.RuntimeListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of messages whose instance is unknown or has finished. Most mean nothing
 * any more. A rewind lets a failed instance go on, or repeats to its new parent how it
 * has ended; an event that brings a start starts one. Thread-safe.
 */
final class LateMessages {

	private static final Logger logger = LoggerFactory.getLogger(LateMessages.class);

	private final InstanceLoader loader;

	private final Starts starts;

	private final OrchestrationStore store;

	private final InstanceQueries queries;

	private final OutboxRelay relay;

	private final StepThreads threads;

	private final LargePayloads payloads;

	private final RuntimeListener listeners;

	private final LateValues lateValues;

	private final RuntimeSettings settings;

	LateMessages(InstanceLoader loader, Starts starts, OutboxRelay relay, StepThreads threads, LargePayloads payloads,
			RuntimeListener listeners, RuntimePorts ports, RuntimeSettings settings) {
		this.loader = loader;
		this.starts = starts;
		this.store = ports.store();
		this.lateValues = new LateValues(ports.store());
		this.queries = ports.queries();
		this.relay = relay;
		this.threads = threads;
		this.payloads = payloads;
		this.listeners = listeners;
		this.settings = settings;
	}

	/**
	 * Deals with late messages of one instance, up to one that rewinds it.
	 * @return the step that rewinds it; the messages behind that one are still to be
	 * delivered
	 * @throws InstanceAlreadyExistsException if there is an unfinished instance by now,
	 * for which the messages are
	 */
	Optional<InstanceWork> take(InstanceLoader.Late late, Instant now) {
		List<PayloadHolder> values = new ArrayList<>();
		for (ToOrchestration message : late.messages()) {
			if (message.event() instanceof ExecutionRewound rewound) {
				InstanceWork work = rewind(late, message, rewound, now);
				if (work != null) {
					this.lateValues.remove(values);
					return Optional.of(work);
				}
			}
			else if (message.event() instanceof EventRaised raised && raised.start() != null
					&& raised.timestamp().isAfter(now.minus(this.settings.receivedRetention()))) {
				// An older one may have been received before: nobody would remember.
				startUnlessReceived(message, raised, raised.start());
			}
			else {
				drop(message, (late.head() != null) ? "finished-instance" : "unknown-instance");
				LateValues.of(message, (late.head() != null) ? late.head().executionId() : null).ifPresent(values::add);
			}
		}
		this.lateValues.remove(values);
		return Optional.empty();
	}

	private void startUnlessReceived(ToOrchestration message, EventRaised raised, ExecutionStarted start) {
		// The instance may have taken it in and ended on another node since the batch was
		// checked. It had ended when it was loaded, so now the inbox tells.
		if (!this.store.received(List.of(message.id())).isEmpty()) {
			return;
		}
		try {
			this.starts.startFor(message, raised, start);
			if (LargePayloads.isLarge(start.input())) {
				this.lateValues.remove(List.of(PayloadHolder.startInEvent(message.instanceId(), message.id())));
			}
		}
		catch (PayloadException ex) {
			// It is older than what is remembered, and its large value is forgotten.
			drop(message, "lost-payload");
		}
	}

	private @Nullable InstanceWork rewind(InstanceLoader.Late late, ToOrchestration message, ExecutionRewound rewound,
			Instant now) {
		InstanceHead head = late.head();
		ParentInstance parent = rewound.parent();
		if (head != null && !message.concerns(head.executionId())) {
			drop(message, "earlier-execution");
			return null;
		}
		if (head != null && head.status() == InstanceStatus.FAILED && late.history() != null) {
			return reopened(head, late.history(), message, rewound, now);
		}
		if (parent != null) {
			tell(parent, message.instanceId(), now);
		}
		else {
			drop(message, "finished-instance");
		}
		return null;
	}

	private InstanceWork reopened(InstanceHead head, List<HistoryEvent> history, ToOrchestration message,
			ExecutionRewound rewound, Instant now) {
		Rewind rewind = rewindOf(head, history);
		Execution execution = this.loader.execution(head, ExecutionIds.rewound(head.executionId()), rewind.kept());
		StepResult result = this.threads.step(execution, () -> execution.reopen(now, rewound, rewind));
		return new InstanceWork(head, execution, List.of(message), 0, rewind.kept(), result);
	}

	private Rewind rewindOf(InstanceHead head, List<HistoryEvent> history) {
		Rewind rewind = Rewind.of(history);
		if (history.stream().anyMatch(ExecutionStarted.class::isInstance)) {
			return rewind;
		}
		// It failed before it began: its start is nowhere but in the instance.
		return this.queries.find(head.id()).map((instance) -> rewind.startedBy(startOf(instance, head))).orElse(rewind);
	}

	private static ExecutionStarted startOf(OrchestrationMetadata instance, InstanceHead head) {
		return new ExecutionStarted(instance.createdAt(), instance.name(), instance.version(), instance.input(),
				instance.tags(), head.parent());
	}

	/**
	 * The parent has another execution and asks again; the first answer is lost to it.
	 */
	private void tell(ParentInstance parent, String childId, Instant now) {
		OrchestrationMetadata child = this.queries.find(childId).orElse(null);
		ToOrchestration notice = (child != null)
				? ParentNotice.of(parent, child.status(), this.payloads.loaded(child.output()), child.failure(), now)
				: ParentNotice.of(parent, InstanceStatus.TERMINATED, null,
						FailureDetails.of("InstanceNotFound",
								"The sub-orchestration '%s' does not exist any more: it was purged".formatted(childId)),
						now);
		OutboxEntry entry = new OutboxEntry(UUID.randomUUID().toString(), now, this.relay.claimFor(now, now),
				List.<Message>of(notice));
		this.store.enqueue(entry, LargePayloads.toStore(notice), () -> this.relay.accept(entry));
	}

	private void drop(ToOrchestration message, String reason) {
		logger.debug("Dropped {}: {}", message, reason);
		this.listeners.messageDropped(message, reason);
	}

}
