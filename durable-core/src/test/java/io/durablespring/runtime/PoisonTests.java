package io.durablespring.runtime;

import java.lang.reflect.InvocationTargetException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.durablespring.Activity;
import io.durablespring.DurableClient;
import io.durablespring.FailureDetails;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.Orchestrator;
import io.durablespring.Task;
import io.durablespring.engine.TextCodec;
import io.durablespring.history.Message;
import io.durablespring.local.InMemoryStore;
import io.durablespring.local.InProcessTransport;
import io.durablespring.spi.RuntimeListener;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

/**
 * Code that does its worst fails its own instance, and nothing else.
 */
@ParameterizedClass
@EnumSource
class PoisonTests {

	private static final int PLACES = 2;

	private final AtomicInteger interrupted = new AtomicInteger();

	private final Code code = new Code();

	private final ExecutorService threads;

	private final DurableRuntime runtime;

	private final DurableClient client;

	PoisonTests(Threads kind) {
		this.threads = kind.executor();
		InMemoryStore store = new InMemoryStore();
		DefinitionRegistry registry = new DefinitionRegistry();
		TestNode.register(registry, this.code);
		RuntimeSettings quick = TestNode.quick();
		RuntimeSettings settings = new RuntimeSettings(quick.cachedExecutions(), PLACES, quick.payloads(),
				quick.claimTime(), quick.pollInterval(), quick.receivedRetention(), quick.drainTimeout(),
				quick.longestLook(), true, false, false, true,
				new RuntimeSettings.Limits(1000, Duration.ofMillis(20), Duration.ofMillis(200)), quick.versioning(),
				quick.retryPolicies());
		RuntimeListener listener = new RuntimeListener() {

			// On the activity's thread, as what makes its outcome safe.
			@Override
			public void activityCompleted(Message.ToActivity call, boolean failed, long nanos) {
				if (Thread.currentThread().isInterrupted()) {
					PoisonTests.this.interrupted.incrementAndGet();
				}
			}

		};
		// One lane: all instances are neighbours.
		this.runtime = new DurableRuntime(settings, registry,
				new RuntimePorts(store, store, store, new InProcessTransport(1, Duration.ofMillis(10)), new TextCodec(),
						Clock.systemUTC(), this.threads, List.of(listener)));
		this.runtime.start();
		this.client = this.runtime.client();
	}

	@AfterEach
	void stop() {
		this.code.release.countDown();
		this.runtime.stop();
		this.threads.shutdownNow();
	}

	@ParameterizedTest
	@EnumSource
	void anActivityThatDoesItsWorstFailsItsCallAndGivesItsPlaceBack(Poison poison) throws Exception {
		List<String> poisoned = new ArrayList<>();
		for (int i = 0; i < 2 * PLACES; i++) {
			poisoned.add(this.client.start("takesPoison", poison.name()));
		}
		for (String id : poisoned) {
			OrchestrationMetadata ended = await(id);
			assertThat(ended.status()).isEqualTo(InstanceStatus.FAILED);
			assertThat(ended.failure().cause().isCausedBy(poison.type)).as(ended.failure().toString()).isTrue();
		}
		assertThat(await(this.client.start("needsAllPlaces", null)).status()).isEqualTo(InstanceStatus.COMPLETED);
		Awaitility.await().until(() -> this.runtime.status().runningActivities() == 0);
		assertThat(this.interrupted).as("threads handed on with an interrupt").hasValue(0);
	}

	@ParameterizedTest
	@EnumSource
	void anOrchestratorThatDoesItsWorstFailsAloneAndAtOnce(Poison poison) throws Exception {
		String neighbour = this.client.start("needsAllPlaces", null);
		String id = this.client.start("isPoison", poison.name());
		OrchestrationMetadata ended = await(id);
		assertThat(ended.status()).isEqualTo(InstanceStatus.FAILED);
		assertThat(ended.failure().isCausedBy(poison.type)).as(ended.failure().toString()).isTrue();
		assertThat(await(neighbour).status()).isEqualTo(InstanceStatus.COMPLETED);
		assertThat(await(this.client.start("needsAllPlaces", null)).status()).isEqualTo(InstanceStatus.COMPLETED);
	}

	@Test
	void anInterruptThatIsLeftBehindHarmsNobody() throws Exception {
		assertThat(await(this.client.start("interruptsItself", null)).readOutputAs(String.class)).isEqualTo("done");
		assertThat(this.interrupted).as("threads handed on with an interrupt").hasValue(0);
		assertThat(await(this.client.start("needsAllPlaces", null)).status()).isEqualTo(InstanceStatus.COMPLETED);
	}

	@Test
	void anOrchestratorThatNeverReturnsAndIsDeafIsSuspendedAndItsNeighboursGoOn() throws Exception {
		String id = this.client.start("spins", null);
		Awaitility.await().until(() -> this.code.spinning.getCount() == 0);
		assertThat(await(this.client.start("needsAllPlaces", null)).status()).isEqualTo(InstanceStatus.COMPLETED);
		OrchestrationMetadata suspended = this.client.get(id).orElseThrow();
		assertThat(suspended.status()).isEqualTo(InstanceStatus.SUSPENDED);
		assertThat(suspended.failure()).extracting(FailureDetails::stackTrace).asString().contains("Code.spins");
	}

	private OrchestrationMetadata await(String id) throws Exception {
		return this.client.awaitCompletion(id, Duration.ofSeconds(20));
	}

	enum Threads {

		PLATFORM, VIRTUAL;

		ExecutorService executor() {
			return (this == PLATFORM) ? Executors.newCachedThreadPool(daemons()) : virtual();
		}

		private static ThreadFactory daemons() {
			return (task) -> {
				Thread thread = new Thread(task);
				thread.setDaemon(true);
				return thread;
			};
		}

		// By name: the code is for Java 17.
		private static ExecutorService virtual() {
			try {
				return (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
			}
			catch (NoSuchMethodException ex) {
				return abort("This JVM has no virtual threads");
			}
			catch (IllegalAccessException | InvocationTargetException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	enum Poison {

		THREAD_DEATH(ThreadDeath.class) {
			@Override
			void take() {
				throw new ThreadDeath();
			}
		},

		ENDLESS_RECURSION(StackOverflowError.class) {
			@Override
			void take() {
				take();
			}
		},

		NO_MEMORY(OutOfMemoryError.class) {
			@Override
			void take() {
				long[][] much = new long[1000][];
				for (int i = 0; i < much.length; i++) {
					much[i] = new long[Integer.MAX_VALUE];
				}
			}
		},

		MISSING_CLASS(LinkageError.class) {
			@Override
			void take() {
				throw new NoClassDefFoundError("com/example/Gone");
			}
		},

		CANNOT_SAY(CannotSay.class) {
			@Override
			void take() {
				throw new CannotSay();
			}
		},

		INTERRUPT(IllegalStateException.class) {
			@Override
			void take() {
				Thread.currentThread().interrupt();
				throw new IllegalStateException("interrupted");
			}
		};

		private final Class<? extends Throwable> type;

		Poison(Class<? extends Throwable> type) {
			this.type = type;
		}

		abstract void take();

	}

	/** Throws whenever it is asked for anything. */
	private static final class CannotSay extends RuntimeException implements FailureDetails.HasProperties {

		private static final long serialVersionUID = 1L;

		private boolean made;

		CannotSay() {
			this.made = true;
		}

		@Override
		public String getMessage() {
			throw new NoClassDefFoundError("com/example/Texts");
		}

		@Override
		public String toString() {
			throw new NoClassDefFoundError("com/example/Texts");
		}

		@Override
		public synchronized Throwable getCause() {
			if (!this.made) {
				return null;
			}
			throw new NoClassDefFoundError("com/example/Causes");
		}

		@Override
		public Map<String, String> failureProperties() {
			throw new NoClassDefFoundError("com/example/Properties");
		}

	}

	static class Code {

		private final CountDownLatch release = new CountDownLatch(1);

		private final CountDownLatch spinning = new CountDownLatch(1);

		private final CyclicBarrier allPlaces = new CyclicBarrier(PLACES);

		@Orchestrator
		void takesPoison(OrchestrationContext ctx, String poison) {
			ctx.callActivity("poison", poison, Void.class).await();
		}

		@Orchestrator
		void isPoison(OrchestrationContext ctx, String poison) {
			ctx.callActivity("work", null, Void.class).await();
			Poison.valueOf(poison).take();
		}

		@Orchestrator
		String interruptsItself(OrchestrationContext ctx) {
			Thread.currentThread().interrupt();
			ctx.callActivity("interruptItself", null, Void.class).await();
			ctx.createTimer(Duration.ofMillis(1)).await();
			Thread.currentThread().interrupt();
			return "done";
		}

		@Orchestrator
		void spins(OrchestrationContext ctx) {
			this.spinning.countDown();
			while (this.release.getCount() > 0) {
				Thread.onSpinWait();
			}
		}

		@Orchestrator
		void needsAllPlaces(OrchestrationContext ctx) {
			List<Task<Void>> calls = new ArrayList<>();
			for (int i = 0; i < PLACES; i++) {
				calls.add(ctx.callActivity("meet", null, Void.class));
			}
			ctx.allOf(calls).await();
		}

		@Activity
		void poison(String poison) {
			Poison.valueOf(poison).take();
		}

		@Activity
		void work() {
		}

		@Activity
		void interruptItself() {
			Thread.currentThread().interrupt();
		}

		@Activity
		void meet() throws Exception {
			this.allPlaces.await(20, TimeUnit.SECONDS);
		}

	}

}
