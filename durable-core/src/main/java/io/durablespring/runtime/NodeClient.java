package io.durablespring.runtime;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;

import io.durablespring.DurableClient;
import io.durablespring.HistoryEntry;
import io.durablespring.InstanceCount;
import io.durablespring.InstanceFilter;
import io.durablespring.InstanceFinishedException;
import io.durablespring.InstanceNotFailedException;
import io.durablespring.InstanceNotFoundException;
import io.durablespring.InstanceQuery;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.OrchestratorMethod;
import io.durablespring.PurgeResult;
import io.durablespring.StartOptions;
import io.durablespring.engine.OrchestratorTarget;
import io.durablespring.history.EventNames;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.EventRaised;
import io.durablespring.history.HistoryEvent.ExecutionResumed;
import io.durablespring.history.HistoryEvent.ExecutionRewound;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.history.HistoryEvent.ExecutionSuspended;
import io.durablespring.history.HistoryEvent.ExecutionTerminated;
import io.durablespring.history.InstanceIds;
import io.durablespring.history.Message;
import io.durablespring.history.StartLimits;
import io.durablespring.spi.InstanceQueries;
import io.durablespring.spi.OrchestrationStore;
import io.durablespring.spi.OutboxEntry;
import org.jspecify.annotations.Nullable;

/**
 * The client of a node: writes to the store, and leaves it to the relay to send.
 */
final class NodeClient implements DurableClient {

	private static final int MAX_TEXT = 16_000;

	private final Targets targets;

	private final Starts starts;

	private final Purges purges;

	private final OrchestrationStore store;

	private final InstanceQueries queries;

	private final LargePayloads codec;

	private final OutboxRelay relay;

	private final CompletionSignals signals;

	private final Clock clock;

	NodeClient(Targets targets, Starts starts, LargePayloads codec, OutboxRelay relay, CompletionSignals signals,
			RuntimePorts ports) {
		this.targets = targets;
		this.starts = starts;
		this.purges = new Purges(ports.store(), ports.queries());
		this.codec = codec;
		this.relay = relay;
		this.signals = signals;
		this.store = ports.store();
		this.queries = ports.queries();
		this.clock = ports.clock();
	}

	// --- Starting

	@Override
	public <B, I extends @Nullable Object> String start(OrchestratorMethod.Consumer<B, I> orchestrator, I input,
			StartOptions options) {
		return this.starts.start(this.targets.orchestrator(orchestrator), input, options);
	}

	@Override
	public <B> String start(OrchestratorMethod.Runnable<B> orchestrator, StartOptions options) {
		return this.starts.start(this.targets.orchestrator(orchestrator), null, options);
	}

	@Override
	public String start(String orchestrator, @Nullable Object input, StartOptions options) {
		return this.starts.start(this.targets.orchestrator(orchestrator, Void.class), input, options);
	}

	@Override
	public <B, I extends @Nullable Object> List<String> startAll(OrchestratorMethod.Consumer<B, I> orchestrator,
			Collection<? extends I> inputs, Function<? super I, StartOptions> options) {
		return this.starts.startAll(this.targets.orchestrator(orchestrator), inputs, Function.identity(), options);
	}

	@Override
	public <I extends @Nullable Object> List<String> startAll(String orchestrator, Collection<? extends I> inputs,
			Function<? super I, StartOptions> options) {
		return this.starts.startAll(this.targets.orchestrator(orchestrator, Void.class), inputs, Function.identity(),
				options);
	}

	@Override
	public <B, I extends @Nullable Object> List<String> startAll(OrchestratorMethod.Consumer<B, I> orchestrator,
			Map<String, ? extends I> inputs) {
		return startAll(this.targets.orchestrator(orchestrator), inputs);
	}

	@Override
	public List<String> startAll(String orchestrator, Map<String, ? extends @Nullable Object> inputs) {
		return startAll(this.targets.orchestrator(orchestrator, Void.class), inputs);
	}

	private List<String> startAll(OrchestratorTarget target, Map<String, ? extends @Nullable Object> inputs) {
		return this.starts.startAll(target, inputs.entrySet(), Map.Entry::getValue,
				(input) -> StartOptions.instanceId(input.getKey()));
	}

	@Override
	public <B, I extends @Nullable Object> boolean signalWithStart(OrchestratorMethod.Consumer<B, I> orchestrator,
			I input, StartOptions options, Signal signal) {
		return this.starts.signalWithStart(this.targets.orchestrator(orchestrator), input, options, signal);
	}

	@Override
	public <B> boolean signalWithStart(OrchestratorMethod.Runnable<B> orchestrator, StartOptions options,
			Signal signal) {
		return this.starts.signalWithStart(this.targets.orchestrator(orchestrator), null, options, signal);
	}

	@Override
	public boolean signalWithStart(String orchestrator, @Nullable Object input, StartOptions options, Signal signal) {
		return this.starts.signalWithStart(this.targets.orchestrator(orchestrator, Void.class), input, options, signal);
	}

	@Override
	public String restart(String instanceId, boolean newInstanceId) {
		OrchestrationMetadata found = existing(instanceId);
		ExecutionStarted started = new ExecutionStarted(now(), found.name(), found.version(),
				this.codec.loaded(found.input()), found.tags(), null);
		return this.starts.start(started,
				newInstanceId ? StartOptions.defaults() : StartOptions.instanceId(instanceId));
	}

	// --- Watching

	@Override
	public Optional<OrchestrationMetadata> get(String instanceId) {
		return find(instanceId).map((found) -> found.readableBy(this.codec));
	}

	@Override
	public OrchestrationMetadata awaitCompletion(String instanceId, Duration timeout)
			throws TimeoutException, InterruptedException {
		return await(instanceId, timeout, InstanceStatus::isFinished, (found) -> found.status().isFinished(),
				"finished");
	}

	@Override
	public OrchestrationMetadata awaitStart(String instanceId, Duration timeout)
			throws TimeoutException, InterruptedException {
		// One that is suspended may not have begun.
		return await(instanceId, timeout, (status) -> status != InstanceStatus.PENDING,
				(found) -> found.startedAt() != null || found.status().isFinished(), "started");
	}

	private OrchestrationMetadata await(String instanceId, Duration timeout, Predicate<InstanceStatus> maybe,
			Predicate<OrchestrationMetadata> wanted, String what) throws TimeoutException, InterruptedException {
		Deadline deadline = Deadline.after(timeout);
		if (!InstanceIds.isLegal(instanceId)) {
			throw new InstanceNotFoundException(instanceId);
		}
		try (CompletionSignals.Signal signal = this.signals.register(instanceId)) {
			InstanceStatus status = null;
			while (true) {
				// Without payloads until it is time.
				if (status == null) {
					status = this.queries.statuses(List.of(instanceId)).get(instanceId);
				}
				if (status == null) {
					throw new InstanceNotFoundException(instanceId);
				}
				if (maybe.test(status)) {
					OrchestrationMetadata found = get(instanceId)
						.orElseThrow(() -> new InstanceNotFoundException(instanceId));
					if (wanted.test(found)) {
						return found;
					}
				}
				if (deadline.isOver()) {
					throw new TimeoutException("Instance '%s' has not %s within %s: it is %s".formatted(instanceId,
							what, timeout, status));
				}
				status = signal.await(deadline.remainingNanos());
			}
		}
	}

	// --- Steering

	@Override
	public void raiseEvent(String instanceId, String eventName, @Nullable Object input) {
		command(instanceId,
				new EventRaised(now(), EventNames.check(eventName), LargePayloads.unique(this.codec.write(input))));
	}

	@Override
	public void terminate(String instanceId, @Nullable String reason, boolean recursive) {
		checkReason(reason);
		command(instanceId, new ExecutionTerminated(now(), reason, recursive));
	}

	@Override
	public void suspend(String instanceId, @Nullable String reason) {
		checkReason(reason);
		command(instanceId, new ExecutionSuspended(now(), reason, null));
	}

	@Override
	public void resume(String instanceId, @Nullable String reason) {
		checkReason(reason);
		command(instanceId, new ExecutionResumed(now(), reason));
	}

	@Override
	public void rewind(String instanceId, @Nullable String reason) {
		checkReason(reason);
		OrchestrationMetadata found = existing(instanceId);
		if (found.status() != InstanceStatus.FAILED) {
			throw new InstanceNotFailedException(instanceId, found.status());
		}
		send(found, new ExecutionRewound(now(), reason, null));
	}

	private static void checkReason(@Nullable String reason) {
		StartLimits.checkLength("reason is", reason, MAX_TEXT);
	}

	private void command(String instanceId, HistoryEvent.Command command) {
		OrchestrationMetadata found = existing(instanceId);
		if (found.status().isFinished()) {
			throw new InstanceFinishedException(instanceId, found.status());
		}
		send(found, command);
	}

	private void send(OrchestrationMetadata to, HistoryEvent.Command command) {
		String id = UUID.randomUUID().toString();
		Instant now = now();
		Message.ToOrchestration message = new Message.ToOrchestration(id, to.instanceId(), to.executionId(), command);
		OutboxEntry entry = new OutboxEntry(id, now, this.relay.claimFor(now, now), List.of(message));
		this.store.enqueue(entry, LargePayloads.toStore(message), () -> this.relay.acceptElsewhere(entry));
	}

	private OrchestrationMetadata existing(String instanceId) {
		return find(instanceId).orElseThrow(() -> new InstanceNotFoundException(instanceId));
	}

	/** An id that no instance can have is not looked for: databases refuse some. */
	private Optional<OrchestrationMetadata> find(String instanceId) {
		return InstanceIds.isLegal(instanceId) ? this.queries.find(instanceId) : Optional.empty();
	}

	@Override
	public PurgeResult purge(String instanceId, boolean recursive) {
		if (!InstanceIds.isLegal(instanceId)) {
			return new PurgeResult(0, true);
		}
		return this.purges.purge(instanceId, recursive);
	}

	@Override
	public PurgeResult purge(InstanceFilter filter, boolean recursive, Duration timeout) {
		StartLimits.check(filter);
		return this.purges.purge(filter, recursive, timeout);
	}

	// --- Asking

	@Override
	public InstanceQuery.Page query(InstanceQuery query) {
		Objects.requireNonNull(query, "query must not be null");
		StartLimits.check(query.filter());
		InstanceQuery.Page page = this.queries.list(query);
		return new InstanceQuery.Page(page.instances().stream().map((found) -> found.readableBy(this.codec)).toList(),
				page.continuationToken());
	}

	@Override
	public List<InstanceCount> counts() {
		return this.queries.counts();
	}

	@Override
	public List<HistoryEntry> history(String instanceId) {
		List<HistoryEvent> events = InstanceIds.isLegal(instanceId) ? this.queries.history(instanceId) : List.of();
		if (events.isEmpty()) {
			existing(instanceId);
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
