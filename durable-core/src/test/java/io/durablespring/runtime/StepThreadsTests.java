package io.durablespring.runtime;

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
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.durablespring.InstanceStatus;
import io.durablespring.StoreUnavailableException;
import io.durablespring.engine.Execution;
import io.durablespring.engine.ExecutionKey;
import io.durablespring.engine.OrchestrationEngine;
import io.durablespring.engine.OrchestratorBody;
import io.durablespring.engine.StepResult;
import io.durablespring.engine.TextCodec;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Timeout(30)
class StepThreadsTests {

	private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

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
	void theCallerIsToldIfThereIsNoThread() {
		this.pool.shutdown();
		assertThatExceptionOfType(RejectedExecutionException.class)
			.isThrownBy(() -> this.threads.run(new Recorded(ends()), true));
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
			OrchestrationEngine engine = new OrchestrationEngine(new TextCodec(), new NoTargets(), Runnable::run,
					new OrchestrationEngine.Options(false, false, false, 1000, Long.MAX_VALUE));
			Execution execution = engine.execution(new ExecutionKey("i", "x", "order"), this.bodies.next(), List.of());
			return new StepThreads.Step(execution,
					() -> execution.step(NOW, List.of(new ExecutionStarted(NOW, "order", null, null, Map.of(), null))));
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
