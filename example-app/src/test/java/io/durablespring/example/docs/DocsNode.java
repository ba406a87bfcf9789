package io.durablespring.example.docs;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.durablespring.Activity;
import io.durablespring.DurableClient;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.Orchestrator;
import io.durablespring.json.JacksonPayloadCodec;
import io.durablespring.local.InMemoryStore;
import io.durablespring.local.InProcessTransport;
import io.durablespring.runtime.Definition;
import io.durablespring.runtime.DefinitionRegistry;
import io.durablespring.runtime.DurableRuntime;
import io.durablespring.runtime.RuntimePorts;
import io.durablespring.runtime.RuntimeSettings;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A node in memory that runs the code of the documentation.
 */
final class DocsNode implements AutoCloseable {

	private static final ExecutorService THREADS = Executors.newCachedThreadPool((task) -> {
		Thread thread = new Thread(task);
		thread.setDaemon(true);
		return thread;
	});

	private final DefinitionRegistry registry = new DefinitionRegistry();

	private final DurableRuntime runtime;

	DocsNode(InMemoryStore store, Object... beans) {
		for (Object bean : beans) {
			for (Method method : bean.getClass().getDeclaredMethods()) {
				register(bean, method);
			}
		}
		this.runtime = new DurableRuntime(RuntimeSettings.defaults(), this.registry,
				new RuntimePorts(store, store, store, new InProcessTransport(1, Duration.ofMillis(10)),
						new JacksonPayloadCodec(JacksonPayloadCodec.mapperBuilder().build()), Clock.systemUTC(),
						THREADS, List.of()));
		this.runtime.start();
	}

	private void register(Object bean, Method method) {
		Definition.Invoker invoker = (arguments) -> {
			try {
				return method.invoke(bean, arguments);
			}
			catch (InvocationTargetException ex) {
				throw ex.getTargetException();
			}
		};
		Orchestrator orchestrator = method.getAnnotation(Orchestrator.class);
		if (orchestrator != null) {
			this.registry.addOrchestrator(orchestrator, bean.getClass(), method, invoker);
		}
		Activity activity = method.getAnnotation(Activity.class);
		if (activity != null) {
			this.registry.addActivity(activity, bean.getClass(), method, invoker);
		}
	}

	DurableClient client() {
		return this.runtime.client();
	}

	OrchestrationMetadata await(String instanceId) throws Exception {
		return client().awaitCompletion(instanceId, Duration.ofSeconds(20));
	}

	<T> T output(String instanceId, Class<T> type) throws Exception {
		OrchestrationMetadata finished = await(instanceId);
		assertThat(finished.status()).as(String.valueOf(finished.failure())).isEqualTo(InstanceStatus.COMPLETED);
		T output = finished.readOutputAs(type);
		assertThat(output).isNotNull();
		return output;
	}

	@Override
	public void close() {
		this.runtime.stop();
	}

}
