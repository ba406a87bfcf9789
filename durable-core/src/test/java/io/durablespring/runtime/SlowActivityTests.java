package io.durablespring.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.durablespring.Activity;
import io.durablespring.ActivityContext;
import io.durablespring.ActivityTimeoutException;
import io.durablespring.DurableClient;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.Orchestrator;
import io.durablespring.Retry;
import io.durablespring.history.Message;
import io.durablespring.local.InMemoryStore;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Activities that take too long, and those that nobody waits for any more.
 */
class SlowActivityTests {

	private final InMemoryStore store = new InMemoryStore();

	private final Work work = new Work();

	private final TestNode node = TestNode.start(this.store, this.work);

	private final DurableClient client = this.node.client();

	@AfterEach
	void stop() {
		this.work.release.countDown();
		this.node.close();
	}

	@Test
	void oneThatRunsTooLongHasFailedAndItsPlaceIsFree() throws Exception {
		OrchestrationMetadata ended = this.node.await(this.client.start("hangs", null));
		assertThat(ended.status()).isEqualTo(InstanceStatus.FAILED);
		assertThat(ended.failure().cause().isCausedBy(ActivityTimeoutException.class)).isTrue();
		assertThat(ended.failure().cause().message()).contains("'hang'").contains("PT0.05S");
		Awaitility.await().until(() -> this.node.runtime.status().runningActivities() == 0);
		assertThat(this.work.interrupted.await(10, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void oneThatTimesOutIsTriedAgainAndTheFirstRunHasNoConsequence() throws Exception {
		assertThat(this.node.await(this.client.start("hangsOnce", null)).readOutputAs(String.class)).isEqualTo("run 2");
		this.work.release.countDown();
		Awaitility.await().until(() -> this.work.returned.get() == 2);
		assertThat(this.node.dropped).isEmpty();
	}

	@Test
	void oneThatGivesNoSignOfLifeHasFailed() throws Exception {
		OrchestrationMetadata ended = this.node.await(this.client.start("goesQuiet", null));
		assertThat(ended.failure().cause().message()).contains("sign of life");
		assertThat(this.work.beats).hasValue(3);
	}

	@Test
	void oneThatGivesSignsOfLifeMayTakeLonger() throws Exception {
		this.work.context = this.node.runtime.activityContext();
		assertThat(this.node.await(this.client.start("beats", null)).readOutputAs(String.class)).isEqualTo("alive");
	}

	@Test
	void oneThatNobodyWaitsForLearnsOfItByItsHeartbeat() {
		this.work.context = this.node.runtime.activityContext();
		String id = this.client.start("works", null);
		Awaitility.await().until(() -> this.work.beats.get() > 0);
		assertThat(this.work.stopped.getCount()).isEqualTo(1);
		this.client.terminate(id, "enough");
		Awaitility.await().until(() -> this.work.stopped.getCount() == 0);
	}

	@Test
	void theNextAttemptGoesOnWhereTheOneBeforeHasStopped() throws Exception {
		this.work.context = this.node.runtime.activityContext();
		assertThat(this.node.await(this.client.start("counts", null)).readOutputAs(String.class))
			.isEqualTo("from 7 in attempt 2");
	}

	@Test
	void oneThatHasWaitedForLongIsNotRunWhenItsInstanceHasEnded() throws Exception {
		String id = this.client.start("waits", null);
		Awaitility.await().until(() -> this.client.get(id).orElseThrow().status() == InstanceStatus.RUNNING);
		OrchestrationMetadata running = this.client.get(id).orElseThrow();
		this.client.terminate(id, "enough");
		this.node.await(id);
		SharedBroker broker = new SharedBroker();
		SharedBroker.Link link = broker.link();
		try (TestNode other = TestNode.start(this.store, this.store, link, TestNode.quick(), this.work)) {
			Message.ToActivity call = new Message.ToActivity(running.executionId() + ":9", id, running.executionId(), 9,
					"count", null, null);
			link.call(call, false, Instant.now().minusSeconds(60));
			Awaitility.await().until(() -> other.dropped.equals(List.of("settled-call")));
			assertThat(this.work.counted).hasValue(0);
			link.call(call, false);
			Awaitility.await().until(() -> this.work.counted.get() == 1);
		}
	}

	static class Work {

		private final CountDownLatch release = new CountDownLatch(1);

		private final CountDownLatch interrupted = new CountDownLatch(1);

		private final CountDownLatch stopped = new CountDownLatch(1);

		private final AtomicInteger runs = new AtomicInteger();

		private final AtomicInteger returned = new AtomicInteger();

		private final AtomicInteger beats = new AtomicInteger();

		private final AtomicInteger counted = new AtomicInteger();

		private volatile ActivityContext context;

		@Orchestrator
		void hangs(OrchestrationContext ctx) {
			ctx.callActivity("hang", null, String.class).await();
		}

		@Orchestrator
		String hangsOnce(OrchestrationContext ctx) {
			return ctx.callActivity("hangOnce", null, String.class).await();
		}

		@Orchestrator
		void goesQuiet(OrchestrationContext ctx) {
			ctx.callActivity("beatThrice", null, String.class).await();
		}

		@Orchestrator
		String beats(OrchestrationContext ctx) {
			return ctx.callActivity("beat", null, String.class).await();
		}

		@Orchestrator
		void works(OrchestrationContext ctx) {
			ctx.callActivity("workUntilTold", null, String.class).await();
		}

		@Orchestrator
		String counts(OrchestrationContext ctx) {
			return ctx.callActivity("countOn", null, String.class).await();
		}

		@Orchestrator
		void waits(OrchestrationContext ctx) {
			ctx.waitForExternalEvent("never", Void.class).await();
		}

		@Activity(startToCloseTimeout = "50ms")
		void hang() throws InterruptedException {
			try {
				this.release.await();
			}
			catch (InterruptedException ex) {
				this.interrupted.countDown();
				throw ex;
			}
		}

		@Activity(startToCloseTimeout = "50ms", retry = @Retry(maxAttempts = 2, firstRetryInterval = "1ms"))
		String hangOnce() {
			int run = this.runs.incrementAndGet();
			while (run == 1 && this.release.getCount() > 0) {
				// Deaf to interrupts.
				Thread.onSpinWait();
			}
			this.returned.incrementAndGet();
			return "run " + run;
		}

		@Activity(heartbeatTimeout = "50ms")
		void beatThrice() throws InterruptedException {
			this.beats.set(3);
			this.release.await();
		}

		@Activity(heartbeatTimeout = "200ms")
		String beat() {
			long end = System.nanoTime() + Duration.ofMillis(600).toNanos();
			while (System.nanoTime() < end) {
				this.context.heartbeat();
				Thread.onSpinWait();
			}
			return "alive";
		}

		@Activity
		void workUntilTold() {
			while (!this.context.isCancellationRequested()) {
				this.context.heartbeat();
				this.beats.incrementAndGet();
				Thread.onSpinWait();
			}
			this.stopped.countDown();
		}

		@Activity(retry = @Retry(maxAttempts = 2, firstRetryInterval = "1ms"))
		String countOn() {
			int from = this.context.progress(Integer.class).orElse(0);
			if (from == 0) {
				this.context.heartbeat(7);
				throw new IllegalStateException("stopped at 7");
			}
			return "from " + from + " in attempt " + this.context.attempt();
		}

		@Activity
		void count() {
			this.counted.incrementAndGet();
		}

	}

}
