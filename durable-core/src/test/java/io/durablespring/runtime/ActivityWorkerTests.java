package io.durablespring.runtime;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import io.durablespring.Activity;
import io.durablespring.DurableClient;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.Payload;
import io.durablespring.StoreUnavailableException;
import io.durablespring.engine.TextCodec;
import io.durablespring.history.PayloadCodec;
import io.durablespring.local.InMemoryStore;
import io.durablespring.local.InProcessTransport;
import io.durablespring.spi.OrchestrationStore;
import io.durablespring.spi.TransactionSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Activities on a machine that runs out of threads, or loses its store, now and then.
 */
class ActivityWorkerTests {

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final Work work = new Work();

	@AfterEach
	void stopThreads() {
		this.threads.shutdownNow();
	}

	@Test
	void aCallForWhichThereIsNoThreadIsRunLater() throws Exception {
		AtomicInteger activities = new AtomicInteger();
		assertThatAllRunOnce(new TextCodec(), (task) -> {
			// The first task is the orchestrator.
			int number = activities.incrementAndGet();
			if (number == 4 || number == 12) {
				throw new OutOfMemoryError("unable to create native thread");
			}
			this.threads.execute(task);
		});
	}

	@Test
	void aCallWhoseInputCannotBeReadNowIsRunLater() throws Exception {
		AtomicInteger reads = new AtomicInteger();
		assertThatAllRunOnce(new TextCodec() {

			@Override
			public Object read(Payload payload, Type type) {
				int number = reads.incrementAndGet();
				if (type == Integer.class && (number == 4 || number == 12)) {
					throw new StoreUnavailableException("down", null);
				}
				return super.read(payload, type);
			}

		}, this.threads);
	}

	@Test
	void aCallAroundWhichSomethingBreaksIsRunLaterAndKeepsNoPlace() throws Exception {
		AtomicInteger calls = new AtomicInteger();
		InMemoryStore memory = new InMemoryStore();
		assertThatAllRunOnce(memory, new FaultyStore(memory) {

			@Override
			public Once runOnce(String callId, Instant now, TransactionSettings settings, Supplier<Kept> work) {
				int number = calls.incrementAndGet();
				if (number == 4 || number == 12) {
					throw new NoClassDefFoundError("org/example/Driver");
				}
				return super.runOnce(callId, now, settings, work);
			}

		}, new TextCodec(), this.threads);
	}

	private void assertThatAllRunOnce(PayloadCodec codec, Executor executor) throws Exception {
		InMemoryStore memory = new InMemoryStore();
		assertThatAllRunOnce(memory, memory, codec, executor);
	}

	private void assertThatAllRunOnce(InMemoryStore memory, OrchestrationStore store, PayloadCodec codec,
			Executor executor) throws Exception {
		DefinitionRegistry registry = new DefinitionRegistry();
		Method orchestrator = Work.class.getDeclaredMethod("fanOut", OrchestrationContext.class);
		registry.addOrchestrator(orchestrator.getAnnotation(Orchestrator.class), Work.class, orchestrator,
				(arguments) -> this.work.fanOut((OrchestrationContext) arguments[0]));
		Method activity = Work.class.getDeclaredMethod("work", Integer.class);
		registry.addActivity(activity.getAnnotation(Activity.class), Work.class, activity,
				(arguments) -> this.work.work((Integer) arguments[0]),
				(store != memory) ? TransactionSettings.DEFAULTS : null);
		DurableRuntime runtime = new DurableRuntime(TestNode.quick(), registry, new RuntimePorts(store, memory, memory,
				new InProcessTransport(2, Duration.ofMillis(10)), codec, Clock.systemUTC(), executor, List.of()));
		runtime.start();
		try {
			DurableClient client = runtime.client();
			assertThat(client.awaitCompletion(client.start("fanOut", null), Duration.ofSeconds(20)).status())
				.isEqualTo(InstanceStatus.COMPLETED);
			assertThat(this.work.runs).hasValue(20);
			// The outcome leaves before the place is free.
			await().until(() -> runtime.status().runningActivities() == 0);
		}
		finally {
			runtime.stop();
		}
	}

	static class Work {

		private final AtomicInteger runs = new AtomicInteger();

		@Orchestrator
		String fanOut(OrchestrationContext context) {
			context
				.allOf(IntStream.range(0, 20).mapToObj((i) -> context.callActivity("work", i, String.class)).toList())
				.await();
			return "done";
		}

		@Activity
		String work(Integer number) {
			this.runs.incrementAndGet();
			return "done";
		}

	}

}
