package io.durablespring.runtime;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

import io.durablespring.DurableClient.Signal;
import io.durablespring.FailureDetails;
import io.durablespring.IdReusePolicy;
import io.durablespring.InstanceAlreadyExistsException;
import io.durablespring.InstanceStatus;
import io.durablespring.Payload;
import io.durablespring.StartOptions;
import io.durablespring.UnknownNameException;
import io.durablespring.engine.OrchestratorTarget;
import io.durablespring.history.EventNames;
import io.durablespring.history.HistoryEvent.EventRaised;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.history.HistoryEvent.ExecutionTerminated;
import io.durablespring.history.InstanceIds;
import io.durablespring.history.Message;
import io.durablespring.history.StartLimits;
import io.durablespring.spi.InstanceHead;
import io.durablespring.spi.NewInstance;
import io.durablespring.spi.OrchestrationStore;
import io.durablespring.spi.OutboxEntry;
import io.durablespring.spi.PayloadHolder;
import io.durablespring.spi.StoredPayload;
import org.jspecify.annotations.Nullable;

/**
 * Creates instances, in the caller's transaction if there is one. Thread-safe.
 */
final class Starts {

	private final DefinitionRegistry registry;

	private final LargePayloads codec;

	private final OutboxRelay relay;

	private final OrchestrationStore store;

	private final Clock clock;

	private final RuntimeSettings settings;

	Starts(DefinitionRegistry registry, LargePayloads codec, OutboxRelay relay, OrchestrationStore store, Clock clock,
			RuntimeSettings settings) {
		this.registry = registry;
		this.codec = codec;
		this.relay = relay;
		this.store = store;
		this.clock = clock;
		this.settings = settings;
	}

	String start(OrchestratorTarget target, @Nullable Object input, StartOptions options) {
		Objects.requireNonNull(options, "options must not be null");
		return start(started(target, input, options), options);
	}

	/** Starts an instance from data that is at hand. */
	String start(ExecutionStarted started, StartOptions options) {
		String id = idOf(options);
		create(id, UUID.randomUUID().toString(), started, options.startAt(), options.reusePolicy(), null);
		return id;
	}

	/**
	 * Starts many instances of one orchestrator in one transaction. Few entries hold all
	 * their starts, so that each of them costs little more than its rows.
	 */
	<T extends @Nullable Object> List<String> startAll(OrchestratorTarget target, Collection<? extends T> items,
			Function<? super T, ? extends @Nullable Object> input, Function<? super T, StartOptions> options) {
		List<OrchestrationStore.Creation> creations = new ArrayList<>(items.size());
		for (T item : items) {
			StartOptions how = Objects.requireNonNull(options.apply(item), "options must not be null");
			String id = idOf(how);
			ExecutionStarted started = started(target, input.apply(item), how);
			creations.add(new OrchestrationStore.Creation(
					new NewInstance(id, UUID.randomUUID().toString(), started, how.startAt(),
							LargePayloads.toStore(PayloadHolder.history(id), started.input())),
					reuse(how.reusePolicy(), started.timestamp())));
		}
		if (creations.isEmpty()) {
			return List.of();
		}
		Set<String> created = this.store.createAll(creations,
				(executionIds) -> new StartEntries(this.relay, now()).of(creations, executionIds),
				(entries) -> entries.forEach(this.relay::acceptElsewhere));
		return creations.stream()
			.map(OrchestrationStore.Creation::instance)
			.filter((instance) -> created.contains(instance.executionId()))
			.map(NewInstance::id)
			.toList();
	}

	/**
	 * Starts an instance with an event that waits for it, or sends the event alone if
	 * there is an instance that has not finished. Then the event takes the start along,
	 * for that instance may finish first.
	 */
	boolean signalWithStart(OrchestratorTarget target, @Nullable Object input, StartOptions options, Signal signal) {
		Objects.requireNonNull(options, "options must not be null");
		Objects.requireNonNull(signal, "signal must not be null");
		if (options.instanceId() == null) {
			throw new IllegalArgumentException(
					"signalWithStart needs an instance id: StartOptions.instanceId(..) says who gets the event");
		}
		String id = InstanceIds.check(options.instanceId());
		ExecutionStarted started = started(target, input, options);
		String messageId = UUID.randomUUID().toString();
		EventRaised event = new EventRaised(started.timestamp(), EventNames.check(signal.eventName()),
				LargePayloads.unique(this.codec.write(signal.input())));
		try {
			// The event has the id of the execution: who ends that early knows the event.
			create(id, messageId, started, options.startAt(), IdReusePolicy.REPLACE_FINISHED,
					new Message.ToOrchestration(messageId, id, messageId, event));
			return true;
		}
		catch (InstanceAlreadyExistsException ex) {
			EventRaised orStart = new EventRaised(event.timestamp(), event.name(), event.input(), started,
					options.startAt());
			Instant now = started.timestamp();
			Message.ToOrchestration message = new Message.ToOrchestration(messageId, id, null, orStart);
			OutboxEntry entry = entry(messageId, now, now, List.of(message));
			this.store.enqueue(entry, LargePayloads.toStore(message), () -> this.relay.acceptElsewhere(entry));
			return false;
		}
	}

	/**
	 * An event that would start an instance has found none that it could reach: starts
	 * one. The execution's id comes from the message, so that a duplicate of the message
	 * finds the instance that it has started.
	 */
	void startFor(Message.ToOrchestration message, EventRaised event, ExecutionStarted start) {
		ExecutionStarted started = new ExecutionStarted(now(), start.name(), start.version(),
				this.codec.loaded(start.input()), start.tags(), start.parent());
		create(message.instanceId(), message.id(), started, event.startAt(), IdReusePolicy.REPLACE_FINISHED,
				new Message.ToOrchestration(message.id(), message.instanceId(), message.id(), event.withoutStart()));
	}

	private static String idOf(StartOptions options) {
		return (options.instanceId() != null) ? InstanceIds.check(options.instanceId()) : UUID.randomUUID().toString();
	}

	private ExecutionStarted started(OrchestratorTarget target, @Nullable Object input, StartOptions options) {
		if (this.settings.requireRegisteredNames() && this.registry.orchestrators(target.name()).isEmpty()) {
			throw new UnknownNameException("Orchestrator", target.name(),
					this.registry.orchestrators().stream().map(Definition::name).toList());
		}
		String version = (options.version() != null) ? options.version() : target.version();
		StartLimits.checkName(target.name());
		StartLimits.check(version, options.tags());
		Payload payload = (target.inputType() != null) ? this.codec.write(input, target.inputType())
				: this.codec.write(input);
		return new ExecutionStarted(now(), target.name(), version, payload, options.tags(), null);
	}

	private void create(String id, String executionId, ExecutionStarted started, @Nullable Instant startAt,
			IdReusePolicy policy, Message.@Nullable ToOrchestration event) {
		Instant now = started.timestamp();
		Message.ToOrchestration start = StartEntries.message(id, executionId, started);
		List<OutboxEntry> entries = entries(start, (startAt != null) ? startAt : now, event, now);
		List<StoredPayload> payloads = new ArrayList<>(LargePayloads.toStore(start));
		if (event != null) {
			payloads.addAll(LargePayloads.toStore(event));
		}
		this.store.create(new NewInstance(id, executionId, started, startAt, payloads), entries, reuse(policy, now),
				() -> entries.forEach(this.relay::acceptElsewhere));
	}

	/**
	 * An event goes before the start, so that it is there when the code begins; and at
	 * once, so that no later one overtakes it.
	 */
	private List<OutboxEntry> entries(Message.ToOrchestration start, Instant startAt,
			Message.@Nullable ToOrchestration event, Instant now) {
		if (event == null) {
			return List.of(entry(start.id(), startAt, now, List.of(start)));
		}
		if (startAt.isAfter(now)) {
			return List.of(entry(start.executionId() + ":event", now, now, List.of(event)),
					entry(start.id(), startAt, now, List.of(start)));
		}
		return List.of(entry(start.id(), now, now, List.of(event, start)));
	}

	private OutboxEntry entry(String id, Instant dueAt, Instant now, List<Message> messages) {
		Instant due = dueAt.isAfter(now) ? dueAt : now;
		return new OutboxEntry(id, due, this.relay.claimFor(due, now), messages);
	}

	private static OrchestrationStore.Reuse reuse(IdReusePolicy policy, Instant now) {
		return new OrchestrationStore.Reuse(policy, (replaced, children) -> farewell(replaced, children, now));
	}

	/** Who has to know that an unfinished instance is gone. */
	private static List<Message> farewell(InstanceHead replaced, List<InstanceHead> children, Instant now) {
		List<Message> messages = new ArrayList<>();
		String reason = "Instance '%s' was replaced by a new one".formatted(replaced.id());
		for (InstanceHead child : children) {
			messages.add(new Message.ToOrchestration(UUID.randomUUID().toString(), child.id(), child.executionId(),
					new ExecutionTerminated(now, reason, true)));
		}
		if (replaced.parent() != null) {
			messages.add(ParentNotice.of(replaced.parent(), InstanceStatus.TERMINATED, null,
					FailureDetails.of("ExecutionTerminated", reason), now));
		}
		return messages;
	}

	private Instant now() {
		return this.clock.instant().truncatedTo(ChronoUnit.MICROS);
	}

}
