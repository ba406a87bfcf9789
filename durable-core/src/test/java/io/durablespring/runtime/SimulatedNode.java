package io.durablespring.runtime;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.durablespring.Activity;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.engine.TextCodec;
import io.durablespring.history.Message;
import io.durablespring.programs.Interpreter;
import io.durablespring.spi.RuntimeListener;
import io.durablespring.spi.Transport;

/**
 * A node of a {@link SimulatedHub}: a real one whose threads, time and connections are
 * the hub's. Only orchestrators have threads of their own, and of those one at a time
 * runs.
 */
final class SimulatedNode implements Transport, RuntimeListener {

	private static final ExecutorService THREADS = Executors.newCachedThreadPool((task) -> {
		Thread thread = new Thread(task);
		thread.setDaemon(true);
		return thread;
	});

	private final SimulatedHub hub;

	final ManualScheduler scheduler;

	final DurableRuntime runtime;

	/** What the node wants to run on threads, other than orchestrators. */
	final List<Runnable> tasks = new ArrayList<>();

	private Receiver receiver;

	/** Local calls of this batch that had not been stored when they ran. */
	final Set<String> unstored = new HashSet<>();

	/** How many deliveries of calls it has not acknowledged. */
	int calls;

	/** How many batches of messages to orchestrations it is processing. */
	int busy;

	boolean dead;

	SimulatedNode(SimulatedHub hub, Disturbance disturbance) {
		this.hub = hub;
		this.scheduler = new ManualScheduler(hub.clock);
		DefinitionRegistry registry = new DefinitionRegistry();
		register(registry, disturbance);
		SimulatedStore store = new SimulatedStore(hub, this);
		this.runtime = new DurableRuntime(settings(disturbance), registry,
				new RuntimePorts(store, store, store, this, new TextCodec(), hub.clock, this::execute, List.of(this)),
				new LocalSettings(this::executeLocal, Duration.ZERO, Duration.ofDays(1), Duration.ZERO),
				disturbance.unparkedHistory(), this.scheduler);
		this.runtime.start();
	}

	private static RuntimeSettings settings(Disturbance disturbance) {
		return new RuntimeSettings(disturbance.cachedExecutions(), 2,
				new RuntimeSettings.Payloads(1_000_000, disturbance.largeFrom()), Duration.ofSeconds(1),
				Duration.ofMillis(200), Duration.ofDays(7), Duration.ZERO, Duration.ofSeconds(5), false, false, true,
				true, new RuntimeSettings.Limits(100_000, Duration.ofDays(365), Duration.ofDays(365)),
				Versioning.defaults(), Map.of());
	}

	private void register(DefinitionRegistry registry, Disturbance disturbance) {
		String work = disturbance.local() ? (disturbance.checkpoint() ? "localWork" : "workInOneStep") : "work";
		Code code = new Code();
		for (Method method : Code.class.getDeclaredMethods()) {
			Orchestrator orchestrator = method.getAnnotation(Orchestrator.class);
			if (orchestrator != null) {
				registry.addOrchestrator(orchestrator, Code.class, method,
						(arguments) -> code.program((OrchestrationContext) arguments[0], (String) arguments[1]));
			}
			Activity activity = method.getAnnotation(Activity.class);
			if (activity != null && method.getName().equals(work)) {
				registry.addActivity(activity, Code.class, method, (arguments) -> code.work((String) arguments[0]));
			}
		}
	}

	private void execute(Runnable task) {
		if (this.busy > 0) {
			THREADS.execute(task);
		}
		else {
			this.tasks.add(task);
		}
	}

	/** Local calls run at once, or take so long that their batch goes on. */
	private void executeLocal(Runnable task) {
		if (this.hub.dice.happens(Fault.DELAY, 20)) {
			this.tasks.add(task);
		}
		else {
			task.run();
		}
	}

	/** Its memory is lost. */
	void die() {
		this.dead = true;
		this.tasks.clear();
		this.hub.broker.forget(this);
		// Gives its threads back; nothing of it comes out any more.
		this.runtime.stop();
	}

	// --- What the hub delivers

	void deliver(List<SimulatedBroker.Parcel> batch) {
		this.busy++;
		try {
			this.receiver
				.orchestrations(batch.stream().map((parcel) -> (Message.ToOrchestration) parcel.message).toList());
		}
		finally {
			this.busy--;
			this.hub.forgetUnstored(this);
		}
	}

	int capacity() {
		return this.receiver.activityCapacity();
	}

	void call(SimulatedBroker.Parcel parcel, boolean again) {
		this.calls++;
		this.receiver.activities(List.of(new ActivityDelivery() {

			private final boolean redelivered = parcel.redelivered;

			@Override
			public Message.ToActivity message() {
				return (Message.ToActivity) parcel.message;
			}

			@Override
			public boolean redelivered() {
				return this.redelivered;
			}

			@Override
			public void acknowledge() {
				SimulatedNode.this.calls--;
				if (!again) {
					SimulatedNode.this.hub.broker.calls.remove(parcel);
				}
			}

		}));
	}

	// --- What the node sends

	@Override
	public void start(Subscription subscription, Receiver started) {
		this.receiver = started;
	}

	@Override
	public void stop() {
	}

	@Override
	public void close() {
	}

	@Override
	public CompletionStage<?> send(List<? extends Message> messages, boolean resent) {
		if (this.dead) {
			return CompletableFuture.failedFuture(new IllegalStateException("dead"));
		}
		Dice dice = this.hub.dice;
		this.hub.maybeCrash(this);
		if (dice.happens(Fault.BROKER_DOWN, 5)) {
			return CompletableFuture.failedFuture(new IllegalStateException("down"));
		}
		this.hub.broker.take(messages, resent);
		if (dice.happens(Fault.DUPLICATION, 10)) {
			this.hub.broker.take(messages, true);
		}
		this.hub.maybeCrash(this);
		if (dice.happens(Fault.BROKER_DOWN, 5)) {
			return CompletableFuture.failedFuture(new IllegalStateException("no answer"));
		}
		CompletableFuture<Void> answer = new CompletableFuture<>();
		if (dice.happens(Fault.BROKER_DOWN, 30)) {
			this.hub.broker.answers.add(new SimulatedBroker.Answer(this, answer));
		}
		else {
			answer.complete(null);
		}
		return answer;
	}

	@Override
	public void deadLetter(Message message, String reason) {
		throw new AssertionError("Put aside " + message + ": " + reason);
	}

	@Override
	public Status status() {
		return new Status("simulated", null, Map.of(), Map.of());
	}

	@Override
	public void messageDropped(Message message, String reason) {
		this.hub.note("dropped " + reason);
	}

	/** What the node runs. */
	private final class Code {

		@Orchestrator
		String program(OrchestrationContext context, String input) {
			return new Interpreter(SimulatedNode.this.hub.book).run(context, input);
		}

		@Activity
		String work(String input) {
			CurrentActivity current = (CurrentActivity) SimulatedNode.this.runtime.activityContext();
			return SimulatedNode.this.hub.work(SimulatedNode.this, current.call(), input);
		}

		@Activity(value = "work", local = true)
		String localWork(String input) {
			return work(input);
		}

		@Activity(value = "work", local = true, checkpoint = false)
		String workInOneStep(String input) {
			return work(input);
		}

	}

}
