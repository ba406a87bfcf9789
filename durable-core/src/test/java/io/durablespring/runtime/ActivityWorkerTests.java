package io.durablespring.runtime;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.durablespring.Activity;
import io.durablespring.DurableClient;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.engine.TextCodec;
import io.durablespring.local.InMemoryStore;
import io.durablespring.local.InProcessTransport;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Activities on a machine that runs out of threads now and then.
 */
class ActivityWorkerTests {

	@Test
	void aCallForWhichThereIsNoThreadIsRunLater() throws Exception {
		ExecutorService threads = Executors.newCachedThreadPool();
		AtomicInteger activities = new AtomicInteger();
		InMemoryStore store = new InMemoryStore();
		DefinitionRegistry registry = new DefinitionRegistry();
		Work work = new Work();
		registry.addOrchestrator(
				Work.class.getDeclaredMethod("fanOut", OrchestrationContext.class).getAnnotation(Orchestrator.class),
				Work.class, Work.class.getDeclaredMethod("fanOut", OrchestrationContext.class),
				(arguments) -> work.fanOut((OrchestrationContext) arguments[0]));
		registry.addActivity(Work.class.getDeclaredMethod("work").getAnnotation(Activity.class), Work.class,
				Work.class.getDeclaredMethod("work"), (arguments) -> work.work());
		DurableRuntime runtime = new DurableRuntime(TestNode.quick(), registry, new RuntimePorts(store, store, store,
				new InProcessTransport(2, Duration.ofMillis(10)), new TextCodec(), Clock.systemUTC(), (task) -> {
					// The first task is the orchestrator.
					int number = activities.incrementAndGet();
					if (number == 4 || number == 12) {
						throw new OutOfMemoryError("unable to create native thread");
					}
					threads.execute(task);
				}, List.of()));
		runtime.start();
		try {
			DurableClient client = runtime.client();
			assertThat(client.awaitCompletion(client.start("fanOut", null), Duration.ofSeconds(20)).status())
				.isEqualTo(InstanceStatus.COMPLETED);
			assertThat(work.runs).hasValue(20);
			assertThat(runtime.status().runningActivities()).isZero();
		}
		finally {
			runtime.stop();
			threads.shutdownNow();
		}
	}

	static class Work {

		private final AtomicInteger runs = new AtomicInteger();

		@Orchestrator
		String fanOut(OrchestrationContext context) {
			context.allOf(
					IntStream.range(0, 20).mapToObj((i) -> context.callActivity("work", null, String.class)).toList())
				.await();
			return "done";
		}

		@Activity
		String work() {
			this.runs.incrementAndGet();
			return "done";
		}

	}

}
