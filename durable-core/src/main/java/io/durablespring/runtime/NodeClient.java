package io.durablespring.runtime;

import java.io.Serializable;
import java.lang.reflect.Type;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeoutException;

import io.durablespring.DurableClient;
import io.durablespring.HistoryEntry;
import io.durablespring.InstanceFinishedException;
import io.durablespring.InstanceNotFoundException;
import io.durablespring.InstanceQuery;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.OrchestratorMethod;
import io.durablespring.Payload;
import io.durablespring.StartOptions;
import io.durablespring.UnknownNameException;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.ExecutionResumed;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.history.HistoryEvent.ExecutionTerminated;
import io.durablespring.history.Message;
import io.durablespring.history.PayloadCodec;
import io.durablespring.spi.InstanceQueries;
import io.durablespring.spi.NewInstance;
import io.durablespring.spi.OrchestrationStore;
import io.durablespring.spi.OutboxEntry;
import org.jspecify.annotations.Nullable;

/**
 * The client of a node: writes to the store, and leaves it to the relay to send.
 */
final class NodeClient implements DurableClient {

	private static final int MAX_TEXT = 16_000;

	private final DefinitionRegistry registry;

	private final OrchestrationStore store;

	private final InstanceQueries queries;

	private final PayloadCodec codec;

	private final OutboxRelay relay;

	private final CompletionSignals completions;

	private final Clock clock;

	private final RuntimeSettings settings;

	NodeClient(DefinitionRegistry registry, PayloadCodec codec, OutboxRelay relay, CompletionSignals completions,
			RuntimePorts ports, RuntimeSettings settings) {
		this.registry = registry;
		this.codec = codec;
		this.relay = relay;
		this.completions = completions;
		this.store = ports.store();
		this.queries = ports.queries();
		this.clock = ports.clock();
		this.settings = settings;
	}

	@Override
	public <B, I extends @Nullable Object> String start(OrchestratorMethod.Consumer<B, I> orchestrator, I input,
			StartOptions options) {
		return start((Serializable) orchestrator, input, options);
	}

	@Override
	public <B> String start(OrchestratorMethod.Runnable<B> orchestrator, StartOptions options) {
		return start((Serializable) orchestrator, null, options);
	}

	private String start(Serializable reference, @Nullable Object input, StartOptions options) {
		return start(this.registry.orchestratorName(reference), input, options);
	}

	@Override
	public String start(String orchestrator, @Nullable Object input, StartOptions options) {
		if (this.settings.requireRegisteredNames() && this.registry.orchestrator(orchestrator).isEmpty()) {
			throw new UnknownNameException("Orchestrator", orchestrator,
					this.registry.orchestrators().stream().map(Definition::name).toList());
		}
		String id = (options.instanceId() != null) ? InstanceIds.check(options.instanceId())
				: UUID.randomUUID().toString();
		check("tags are", options.tags().toString());
		String executionId = UUID.randomUUID().toString();
		Instant now = now();
		ExecutionStarted started = new ExecutionStarted(now, orchestrator, null, write(orchestrator, input),
				options.tags(), null);
		Message message = new Message.ToOrchestration(executionId + ":start", id, executionId, started);
		Instant startAt = options.startAt();
		OutboxEntry entry = entry(executionId + ":start", (startAt != null && startAt.isAfter(now)) ? startAt : now,
				message, now);
		this.store.create(new NewInstance(id, executionId, started, startAt), entry,
				() -> this.relay.acceptElsewhere(entry));
		return id;
	}

	// They travel in one message with everything else.
	private static void check(String what, @Nullable String text) {
		if (text != null && text.length() > MAX_TEXT) {
			throw new IllegalArgumentException(
					"The %s %,d characters long, more than the limit of %,d".formatted(what, text.length(), MAX_TEXT));
		}
	}

	private @Nullable Payload write(String orchestrator, @Nullable Object input) {
		Type declared = this.registry.orchestrator(orchestrator).map(Definition::inputType).orElse(null);
		return (declared != null) ? this.codec.write(input, declared) : this.codec.write(input);
	}

	private OutboxEntry entry(String entryId, Instant dueAt, Message message, Instant now) {
		return new OutboxEntry(entryId, dueAt, this.relay.claimFor(dueAt, now), List.of(message));
	}

	@Override
	public Optional<OrchestrationMetadata> get(String instanceId) {
		return this.queries.find(instanceId).map((found) -> found.readableBy(this.codec));
	}

	@Override
	public OrchestrationMetadata awaitCompletion(String instanceId, Duration timeout)
			throws TimeoutException, InterruptedException {
		long deadline = System.nanoTime() + timeout.toNanos();
		try (CompletionSignals.Signal signal = this.completions.register(instanceId)) {
			while (true) {
				// Looking again and again, so without payloads until there is an end.
				InstanceStatus status = this.queries.statuses(List.of(instanceId)).get(instanceId);
				if (status == null) {
					throw new InstanceNotFoundException(instanceId);
				}
				if (status.isFinished()) {
					return get(instanceId).orElseThrow(() -> new InstanceNotFoundException(instanceId));
				}
				long remaining = deadline - System.nanoTime();
				if (remaining <= 0) {
					throw new TimeoutException("Instance '%s' has not finished within %s: it is %s"
						.formatted(instanceId, timeout, status));
				}
				signal.await(remaining);
			}
		}
	}

	@Override
	public void terminate(String instanceId, @Nullable String reason) {
		check("reason is", reason);
		command(instanceId, new ExecutionTerminated(now(), reason));
	}

	@Override
	public void resume(String instanceId, @Nullable String reason) {
		check("reason is", reason);
		command(instanceId, new ExecutionResumed(now(), reason));
	}

	private void command(String instanceId, HistoryEvent.Command command) {
		OrchestrationMetadata found = this.queries.find(instanceId)
			.orElseThrow(() -> new InstanceNotFoundException(instanceId));
		if (found.status().isFinished()) {
			throw new InstanceFinishedException(instanceId, found.status());
		}
		String id = UUID.randomUUID().toString();
		Instant now = now();
		OutboxEntry entry = entry(id, now, new Message.ToOrchestration(id, instanceId, found.executionId(), command),
				now);
		this.store.enqueue(entry, () -> this.relay.acceptElsewhere(entry));
	}

	@Override
	public InstanceQuery.Page query(InstanceQuery query) {
		InstanceQuery.Page page = this.queries.list(query);
		return new InstanceQuery.Page(page.instances().stream().map((found) -> found.readableBy(this.codec)).toList(),
				page.continuationToken());
	}

	@Override
	public List<HistoryEntry> history(String instanceId) {
		List<HistoryEvent> events = this.queries.history(instanceId);
		if (events.isEmpty() && this.queries.find(instanceId).isEmpty()) {
			throw new InstanceNotFoundException(instanceId);
		}
		List<HistoryEntry> entries = new ArrayList<>(events.size());
		for (HistoryEvent event : events) {
			entries.add(event.entry(entries.size()).readableBy(this.codec));
		}
		return entries;
	}

	private Instant now() {
		return this.clock.instant().truncatedTo(ChronoUnit.MICROS);
	}

}
