package io.durablespring.runtime;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;

import io.durablespring.Activity;
import io.durablespring.DurableClient;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.Orchestrator;
import io.durablespring.engine.TextCodec;
import io.durablespring.history.Message;
import io.durablespring.local.InMemoryStore;
import io.durablespring.local.InProcessTransport;
import io.durablespring.spi.OrchestrationStore;
import io.durablespring.spi.Outbox;
import io.durablespring.spi.RuntimeListener;
import io.durablespring.spi.StepCommit;
import io.durablespring.spi.Transport;

/**
 * A node on the reference store and transport, without Spring.
 */
final class TestNode implements AutoCloseable, RuntimeListener {

	private static final ExecutorService THREADS = Executors.newCachedThreadPool((task) -> {
		Thread thread = new Thread(task);
		thread.setDaemon(true);
		return thread;
	});

	final DefinitionRegistry registry = new DefinitionRegistry();

	final List<String> dropped = Collections.synchronizedList(new ArrayList<>());

	final List<StepCommit> steps = Collections.synchronizedList(new ArrayList<>());

	final DurableRuntime runtime;

	private TestNode(InMemoryStore memory, OrchestrationStore store, Outbox outbox, Transport transport,
			RuntimeSettings settings, Object... beans) {
		for (Object bean : beans) {
			register(this.registry, bean);
		}
		this.runtime = new DurableRuntime(settings, this.registry, new RuntimePorts(store, outbox, memory, transport,
				new TextCodec(), Clock.systemUTC(), THREADS, List.of(this)));
	}

	static TestNode start(InMemoryStore memory, OrchestrationStore store, Transport transport, RuntimeSettings settings,
			Object... beans) {
		return start(memory, store, memory, transport, settings, beans);
	}

	static TestNode start(InMemoryStore memory, OrchestrationStore store, Outbox outbox, Transport transport,
			RuntimeSettings settings, Object... beans) {
		TestNode node = new TestNode(memory, store, outbox, transport, settings, beans);
		node.runtime.start();
		return node;
	}

	static TestNode start(InMemoryStore store, Object... beans) {
		return start(store, store, new InProcessTransport(2, Duration.ofMillis(10)), quick(), beans);
	}

	/** Takes over from a dead node after a quarter of a second. */
	static RuntimeSettings quick() {
		RuntimeSettings defaults = RuntimeSettings.defaults();
		return new RuntimeSettings(defaults.cachedExecutions(), defaults.maxConcurrentActivities(),
				new RuntimeSettings.Payloads(1000, 500), Duration.ofMillis(250), Duration.ofMillis(20),
				defaults.receivedRetention(), Duration.ofSeconds(10), Duration.ofMillis(500), false, false, false, true,
				new RuntimeSettings.Limits(1000, Duration.ofMillis(100), Duration.ofMinutes(1)), Versioning.defaults(),
				Map.of());
	}

	static RuntimeSettings withoutCache() {
		RuntimeSettings quick = quick();
		return new RuntimeSettings(0, quick.maxConcurrentActivities(), quick.payloads(), quick.claimTime(),
				quick.pollInterval(), quick.receivedRetention(), quick.drainTimeout(), quick.longestLook(), false,
				false, false, true, quick.limits(), quick.versioning(), quick.retryPolicies());
	}

	static void register(DefinitionRegistry registry, Object bean) {
		for (Method method : bean.getClass().getDeclaredMethods()) {
			method.setAccessible(true);
			Definition.Invoker invoker = (arguments) -> {
				try {
					return method.invoke(bean, arguments);
				}
				catch (InvocationTargetException ex) {
					throw ex.getTargetException();
				}
			};
			if (method.isAnnotationPresent(Orchestrator.class)) {
				registry.addOrchestrator(method.getAnnotation(Orchestrator.class), bean.getClass(), method, invoker);
			}
			if (method.isAnnotationPresent(Activity.class)) {
				registry.addActivity(method.getAnnotation(Activity.class), bean.getClass(), method, invoker);
			}
		}
	}

	DurableClient client() {
		return this.runtime.client();
	}

	OrchestrationMetadata await(String instanceId) throws TimeoutException, InterruptedException {
		return client().awaitCompletion(instanceId, Duration.ofSeconds(20));
	}

	@Override
	public void messageDropped(Message message, String reason) {
		this.dropped.add(reason);
	}

	@Override
	public void stepsCommitted(List<StepCommit> committed) {
		this.steps.addAll(committed);
	}

	@Override
	public void close() {
		this.runtime.stop();
	}

}
