package io.durablespring.runtime;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.durablespring.InstanceStatus;
import io.durablespring.StoreUnavailableException;
import io.durablespring.engine.Execution;
import io.durablespring.engine.ExecutionKey;
import io.durablespring.engine.OrchestrationEngine;
import io.durablespring.engine.OrchestratorBody;
import io.durablespring.engine.StepResult;
import io.durablespring.engine.TextCodec;
import io.durablespring.history.HistoryEvent.EventRaised;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

@Timeout(30)
class StepThreadsTests {

	private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

	private static final ExecutionStarted STARTED = new ExecutionStarted(NOW, "order", null, null, Map.of(), null);

	private final ExecutorService pool = Executors.newCachedThreadPool();

	private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1);

	private final BlockedOrchestrators blocked = new BlockedOrchestrators(new DefinitionRegistry(),
			new RuntimeSettings.Limits(1000, Duration.ofMillis(10), Duration.ofMillis(50)), false);

	private final StepThreads threads = new StepThreads(this.pool, this.blocked);

	private final CountDownLatch release = new CountDownLatch(1);

	private final CountDownLatch over = new CountDownLatch(1);

	private final List<Thread> seen = new ArrayList<>();

	@AfterEach
	void letThreadsGo() {
		this.release.countDown();
		this.pool.shutdownNow();
		this.scheduler.shutdownNow();
	}

	@Test
	void stepsRunOnOneOtherThread() {
		Recorded steps = new Recorded(ends(), ends(), ends());
		this.threads.run(steps, true);
		assertThat(steps.statuses()).containsOnly(InstanceStatus.COMPLETED).hasSize(3);
		assertThat(this.seen.stream().distinct()).hasSize(1).doesNotContain(Thread.currentThread());
	}

	@Test
	void aStepThatIsGivenUpTakesItsThreadWithItAndNoNeighbour() throws Exception {
		this.blocked.start(this.scheduler);
		Recorded steps = new Recorded(ends(), deaf(), ends(), ends());
		this.threads.run(steps, true);
		assertThat(steps.statuses()).containsExactly(InstanceStatus.COMPLETED, InstanceStatus.SUSPENDED,
				InstanceStatus.COMPLETED, InstanceStatus.COMPLETED);
		assertThat(this.seen.stream().distinct()).hasSize(2);
		assertThat(this.blocked.current()).as("nobody waits for it any more").isEmpty();
		this.release.countDown();
		assertThat(this.over.await(10, TimeUnit.SECONDS)).isTrue();
		this.pool.shutdown();
		assertThat(this.pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
		assertThat(steps.results).as("what the lost thread says later").hasSize(4);
	}

	@Test
	void onlyTheStepIsGivenUpThatHasTakenTooLong() throws Exception {
		Steady steady = new Steady();
		ManualScheduler looks = new ManualScheduler(Clock.systemUTC());
		BlockedOrchestrators watch = new BlockedOrchestrators(new DefinitionRegistry(),
				new RuntimeSettings.Limits(1000, Duration.ofNanos(1), Duration.ofNanos(1)), false);
		watch.start(looks);
		Logger logger = (Logger) LoggerFactory.getLogger(BlockedOrchestrators.class);
		ListAppender<ILoggingEvent> warned = new ListAppender<>() {

			@Override
			protected void append(ILoggingEvent event) {
				// The look has seen the first step. Meanwhile the second one begins.
				steady.first.countDown();
				awaitUninterruptibly(steady.secondBegun);
			}

		};
		warned.start();
		logger.addAppender(warned);
		try {
			Future<StepResult> done = this.pool.submit(() -> steady.twoSteps(new StepThreads(this.pool, watch)));
			awaitUninterruptibly(steady.firstBegun);
			looks.runOne();
			steady.second.countDown();
			assertThat(done.get(10, TimeUnit.SECONDS).status()).isEqualTo(InstanceStatus.COMPLETED);
		}
		finally {
			logger.detachAppender(warned);
		}
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		boolean reached = false;
		while (!reached) {
			try {
				reached = latch.await(10, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException("Nobody is to interrupt this", ex);
			}
		}
	}

	@Test
	void aLookThatFailsIsNotTheLast() {
		this.blocked.start(this.scheduler);
		Logger logger = (Logger) LoggerFactory.getLogger(BlockedOrchestrators.class);
		AtomicInteger failed = new AtomicInteger();
		ListAppender<ILoggingEvent> full = new ListAppender<>() {

			@Override
			public void doAppend(ILoggingEvent event) {
				if (failed.getAndIncrement() == 0) {
					throw new OutOfMemoryError("for this test");
				}
			}

		};
		full.start();
		logger.addAppender(full);
		try {
			Recorded steps = new Recorded(deaf());
			this.threads.run(steps, true);
			assertThat(steps.statuses()).containsExactly(InstanceStatus.SUSPENDED);
			assertThat(failed).hasPositiveValue();
		}
		finally {
			logger.detachAppender(full);
		}
	}

	@Test
	void theLastStepMayBeGivenUp() {
		this.blocked.start(this.scheduler);
		Recorded steps = new Recorded(deaf());
		this.threads.run(steps, true);
		assertThat(steps.statuses()).containsExactly(InstanceStatus.SUSPENDED);
	}

	@Test
	void aStepThatCannotBeDoneFailsForTheCaller() {
		Recorded steps = new Recorded(ends(), (context, input) -> {
			throw new StoreUnavailableException("away", null);
		}, ends());
		assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> this.threads.run(steps, true));
		assertThat(steps.statuses()).containsExactly(InstanceStatus.COMPLETED);
	}

	@Test
	void whatLibrariesThrowWithoutDeclaringItFailsForTheCaller() {
		StepThreads.Steps steps = new StepThreads.Steps() {

			@Override
			public StepThreads.@Nullable Step next() {
				throw StepThreadsTests.<RuntimeException>undeclared(new IOException("closed"));
			}

			@Override
			public void done(StepResult result) {
			}

		};
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> this.threads.run(steps, true))
			.withCauseInstanceOf(IOException.class);
	}

	@SuppressWarnings("unchecked")
	private static <T extends Throwable> T undeclared(Throwable failure) throws T {
		throw (T) failure;
	}

	@Test
	void theInterruptOfOneOrchestratorIsNoneOfTheNext() {
		List<Boolean> interrupted = new ArrayList<>();
		Recorded steps = new Recorded((context, input) -> {
			Thread.currentThread().interrupt();
			return null;
		}, (context, input) -> {
			interrupted.add(Thread.currentThread().isInterrupted());
			return null;
		});
		this.threads.run(steps, true);
		assertThat(interrupted).containsExactly(false);
	}

	@Test
	void aLostThreadKeepsNothingOfTheOthers() {
		this.blocked.start(this.scheduler);
		WeakReference<Recorded> steps = new WeakReference<>(runToTheEnd());
		await().until(() -> {
			System.gc();
			return steps.get() == null;
		});
		assertThat(this.over.getCount()).as("it is in the code still").isOne();
	}

	private Recorded runToTheEnd() {
		Recorded steps = new Recorded(ends(), deaf(), ends());
		this.threads.run(steps, true);
		assertThat(steps.results).hasSize(3);
		return steps;
	}

	@Test
	void theCallerIsToldIfThereIsNoThread() {
		this.pool.shutdown();
		assertThatExceptionOfType(RejectedExecutionException.class)
			.isThrownBy(() -> this.threads.run(new Recorded(ends()), true));
	}

	private static Execution execution(OrchestratorBody body) {
		OrchestrationEngine engine = new OrchestrationEngine(new TextCodec(), new NoTargets(), Runnable::run,
				new OrchestrationEngine.Options(false, false, false, 1000, Long.MAX_VALUE));
		return engine.execution(new ExecutionKey("i", "x", "order"), body, List.of());
	}

	private OrchestratorBody ends() {
		return (context, input) -> {
			this.seen.add(Thread.currentThread());
			return null;
		};
	}

	private OrchestratorBody deaf() {
		return (context, input) -> {
			try {
				while (this.release.getCount() > 0) {
					Thread.onSpinWait();
				}
				return null;
			}
			finally {
				this.over.countDown();
			}
		};
	}

	/** Code that goes on when the test says so. */
	private static final class Steady {

		private final CountDownLatch firstBegun = new CountDownLatch(1);

		private final CountDownLatch first = new CountDownLatch(1);

		private final CountDownLatch secondBegun = new CountDownLatch(1);

		private final CountDownLatch second = new CountDownLatch(1);

		StepResult twoSteps(StepThreads threads) {
			Execution execution = execution((context, input) -> {
				if (this.first.getCount() > 0) {
					this.firstBegun.countDown();
					awaitUninterruptibly(this.first);
				}
				context.waitForExternalEvent("go", Void.class).await();
				this.secondBegun.countDown();
				awaitUninterruptibly(this.second);
				return null;
			});
			threads.step(execution, () -> execution.step(NOW, List.of(STARTED)));
			return threads.step(execution, () -> execution.step(NOW, List.of(new EventRaised(NOW, "go", null))));
		}

	}

	private static final class Recorded implements StepThreads.Steps {

		private final Iterator<OrchestratorBody> bodies;

		private final List<StepResult> results = new ArrayList<>();

		Recorded(OrchestratorBody... bodies) {
			this.bodies = Arrays.asList(bodies).iterator();
		}

		@Override
		public StepThreads.@Nullable Step next() {
			if (!this.bodies.hasNext()) {
				return null;
			}
			Execution execution = execution(this.bodies.next());
			return new StepThreads.Step(execution, () -> execution.step(NOW, List.of(STARTED)));
		}

		@Override
		public void done(StepResult result) {
			this.results.add(result);
		}

		List<InstanceStatus> statuses() {
			return this.results.stream().map(StepResult::status).toList();
		}

	}

}
