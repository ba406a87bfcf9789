package io.durablespring.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.durablespring.ActivityContext;
import io.durablespring.DurableClient;
import io.durablespring.engine.OrchestrationEngine;
import io.durablespring.history.Message;
import io.durablespring.spi.Notices;
import io.durablespring.spi.RuntimeListener;
import io.durablespring.spi.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node: takes messages, runs orchestrators and activities, sends what comes of it.
 * Every node of a task hub is a peer. Thread-safe.
 */
public final class DurableRuntime {

	private static final Logger logger = LoggerFactory.getLogger(DurableRuntime.class);

	/**
	 * In bytes: some thirty events, the replay of which costs about as much as to wake a
	 * thread and be woken by it.
	 */
	private static final long UNPARKED_HISTORY = 8 * 1024;

	private final DefinitionRegistry registry;

	private final RuntimePorts ports;

	private final RuntimeSettings settings;

	/** For what sends, and so may wait for a broker. */
	private final ScheduledExecutorService scheduler;

	/** For what must happen in time, whatever the broker does. */
	private final ScheduledExecutorService watch;

	private final ExecutionCache cache;

	private final OutboxRelay relay;

	private final OrchestratorVersions versions;

	private final Invocations invocations;

	private final BlockedOrchestrators blocked;

	private final OrchestrationWorker orchestrationWorker;

	private final ActivityWorker activityWorker;

	private final CompletionSignals signals;

	private final LocalActivities localActivities;

	private final NodeClient client;

	private volatile State state = State.NEW;

	/**
	 * Creates a node that does not receive yet.
	 * @param settings how it behaves
	 * @param registry what it runs; complete by the time the node starts
	 * @param ports what it stands on
	 */
	public DurableRuntime(RuntimeSettings settings, DefinitionRegistry registry, RuntimePorts ports) {
		this(settings, registry, ports, LocalSettings.defaults(ports.threads()), UNPARKED_HISTORY,
				scheduler("durable-scheduler", 2), scheduler("durable-watch", 1));
	}

	/** With a scheduler whose time is not the system's. */
	DurableRuntime(RuntimeSettings settings, DefinitionRegistry registry, RuntimePorts ports, LocalSettings local,
			long unparkedHistory, ScheduledExecutorService scheduler) {
		this(settings, registry, ports, local, unparkedHistory, scheduler, scheduler);
	}

	private DurableRuntime(RuntimeSettings settings, DefinitionRegistry registry, RuntimePorts ports,
			LocalSettings local, long unparkedHistory, ScheduledExecutorService scheduler,
			ScheduledExecutorService watch) {
		this.scheduler = scheduler;
		this.watch = watch;
		this.settings = settings;
		this.registry = registry;
		this.ports = ports;
		CompletionSignals signals = new CompletionSignals(ports, new NoticeBoard(ports.transport(), this.scheduler),
				settings.longestLook());
		this.signals = signals;
		List<RuntimeListener> all = new ArrayList<>(ports.listeners());
		all.add(signals);
		Listeners listeners = new Listeners(all);
		this.versions = new OrchestratorVersions(registry, settings.versioning());
		LargePayloads codec = new LargePayloads(ports.codec(), ports.queries(), settings.payloads());
		this.invocations = new Invocations(registry, this.versions, codec, ports);
		Targets targets = new Targets(registry, this.versions, settings.retryPolicies());
		OrchestrationEngine engine = new OrchestrationEngine(codec, targets, ports.threads(),
				new OrchestrationEngine.Options(settings.verifyInputs(), settings.failNonDeterministic(),
						settings.failureStackTraces(), settings.limits().maxActions(), unparkedHistory));
		this.cache = new ExecutionCache(settings.cachedExecutions(), RestingHistories.ofHeap());
		this.relay = new OutboxRelay(ports.outbox(), ports.transport(), settings, ports.clock(), this.scheduler,
				RelayRoom.ofHeap());
		this.blocked = new BlockedOrchestrators(registry, settings.limits(), settings.failureStackTraces());
		StepThreads stepThreads = new StepThreads(ports.threads(), this.blocked);
		Starts starts = new Starts(registry, codec, this.relay, ports.store(), ports.clock(), settings);
		InstanceLoader loader = new InstanceLoader(engine, this.invocations, this.versions,
				settings.versioning().failure(), ports.store(), this.relay, this.cache);
		ActivityRunner runner = new ActivityRunner(this.invocations, this.relay, listeners, ports, settings,
				this.watch);
		this.activityWorker = new ActivityWorker(runner, listeners, ports, settings, this.scheduler);
		this.localActivities = new LocalActivities(runner, this.activityWorker, this.relay, local, settings,
				this.scheduler);
		this.orchestrationWorker = new OrchestrationWorker(loader,
				new LateMessages(loader, starts, this.relay, stepThreads, codec, listeners, ports, settings),
				this.localActivities, this.relay, this.cache, stepThreads, listeners, ports, settings);
		this.client = new NodeClient(targets, starts, codec, this.relay, signals, ports);
	}

	private static ScheduledExecutorService scheduler(String name, int threads) {
		ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(threads, (task) -> {
			Thread thread = new Thread(task, name);
			thread.setDaemon(true);
			return thread;
		});
		scheduler.setRemoveOnCancelPolicy(true);
		scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
		return scheduler;
	}

	/**
	 * Starts receiving. Does nothing if it runs.
	 * @throws IllegalStateException if it was stopped before
	 * @throws DuplicateNameException if an orchestrator without a version gets the
	 * default version, and another method has that already
	 */
	public synchronized void start() {
		if (this.state == State.STOPPED) {
			throw new IllegalStateException("A stopped runtime cannot be started again: make another");
		}
		if (this.state == State.RUNNING) {
			return;
		}
		this.versions.check();
		this.state = State.RUNNING;
		Set<String> queues = this.registry.activities().stream().map(Definition::queue).collect(Collectors.toSet());
		this.ports.transport()
			.start(new Transport.Subscription(!this.registry.orchestrators().isEmpty(), queues, this.versions),
					new Receiver());
		this.relay.start();
		this.blocked.start(this.watch);
		this.scheduler.scheduleWithFixedDelay(this::forgetReceived, 1, 60, TimeUnit.MINUTES);
		logger.info("Durable runtime started with {} orchestrators and {} activities",
				this.registry.orchestrators().size(), this.registry.activities().size());
	}

	private void forgetReceived() {
		try {
			Duration retention = this.settings.receivedRetention();
			this.ports.store().forgetReceived(this.ports.clock().instant().minus(retention));
		}
		catch (RuntimeException | Error ex) {
			logger.warn("Forgetting old message ids failed and is tried again in an hour: {}", ex.toString());
		}
	}

	/**
	 * Stops receiving, waits for running activities as long as the settings say, sends
	 * what is left and closes the transport. Does nothing if it does not run. What is not
	 * done by then is done by another node or after the next start.
	 */
	public synchronized void stop() {
		if (this.state != State.RUNNING) {
			return;
		}
		this.state = State.STOPPED;
		try {
			// Before the transport stops: one within the process still has to deliver
			// outcomes.
			if (!this.localActivities.drain() | !this.activityWorker.drain()) {
				logger.warn("{} activities still run after {}; they will be run again", status().runningActivities(),
						this.settings.drainTimeout());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.ports.transport().stop();
		this.relay.stop();
		this.scheduler.shutdown();
		this.watch.shutdown();
		try {
			this.relay.flush();
		}
		catch (RuntimeException ex) {
			logger.debug("Outbox entries that were sent could not be removed; they will be sent again", ex);
		}
		this.ports.transport().close();
		this.cache.clear();
	}

	/**
	 * Whether the node runs.
	 * @return whether it receives
	 */
	public boolean isRunning() {
		return this.state == State.RUNNING;
	}

	/**
	 * The client of this node. Works before the node starts: what it sends is kept.
	 * @return the client
	 */
	public DurableClient client() {
		return this.client;
	}

	/**
	 * What activities of this node can ask about the call that they run for.
	 * @return the context, for every activity
	 */
	public ActivityContext activityContext() {
		return this.invocations.activityContext();
	}

	/**
	 * The orchestrators that hold up a worker right now.
	 * @return each with the line that it is at and its stack
	 */
	public List<BlockedOrchestrator> blockedOrchestrators() {
		return this.blocked.current();
	}

	/**
	 * The outbox entries that cannot be sent before the next start, because they are for
	 * versions that no process has.
	 * @return their ids
	 */
	public Set<String> heldEntries() {
		return this.relay.held();
	}

	/**
	 * What this node does right now.
	 * @return a snapshot
	 */
	public Status status() {
		return new Status(this.cache.size(), this.activityWorker.running() + this.localActivities.running(),
				this.relay.unacknowledged());
	}

	private enum State {

		NEW, RUNNING, STOPPED

	}

	private final class Receiver implements Transport.Receiver {

		@Override
		public void orchestrations(List<Message.ToOrchestration> messages) {
			DurableRuntime.this.orchestrationWorker.process(messages);
		}

		@Override
		public void activities(List<Transport.ActivityDelivery> deliveries) {
			DurableRuntime.this.activityWorker.take(deliveries);
		}

		@Override
		public int activityCapacity() {
			return DurableRuntime.this.activityWorker.capacity();
		}

		@Override
		public void notice(Notices.Notice notice) {
			DurableRuntime.this.signals.received(notice);
		}

	}

	/**
	 * What a node does right now.
	 *
	 * @param cachedExecutions how many parked executions it keeps
	 * @param runningActivities how many activities it runs
	 * @param unacknowledgedEntries how many outbox entries it has yet to send
	 */
	public record Status(int cachedExecutions, int runningActivities, int unacknowledgedEntries) {
	}

}
