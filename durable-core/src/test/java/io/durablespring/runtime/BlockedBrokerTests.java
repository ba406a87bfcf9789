package io.durablespring.runtime;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.durablespring.Activity;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.history.Message;
import io.durablespring.local.InMemoryStore;
import io.durablespring.spi.Transport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A broker that does not answer holds up nobody but the relay.
 */
class BlockedBrokerTests {

	private final CountDownLatch sending = new CountDownLatch(1);

	private final CountDownLatch answer = new CountDownLatch(1);

	private final CountDownLatch sent = new CountDownLatch(1);

	@Test
	@Timeout(20)
	void aStartDoesNotWaitForTheBroker() throws Exception {
		InMemoryStore store = new InMemoryStore();
		try (TestNode node = TestNode.start(store, store, new Blocked(), TestNode.quick(), new Idle())) {
			String id = node.client().start("idle", null);
			assertThat(this.sending.await(10, TimeUnit.SECONDS)).isTrue();
			assertThat(this.sent.getCount()).isEqualTo(1);
			assertThat(node.client().get(id)).isPresent();
			this.answer.countDown();
			assertThat(this.sent.await(10, TimeUnit.SECONDS)).isTrue();
		}
	}

	@Test
	@Timeout(20)
	void anActivityThatRunsForTooLongIsInterruptedInTime() throws Exception {
		InMemoryStore store = new InMemoryStore();
		Idle idle = new Idle();
		Blocked transport = new Blocked();
		try (TestNode node = TestNode.start(store, store, transport, TestNode.quick(), idle)) {
			// More sends than the relay has threads.
			for (int i = 0; i < 5; i++) {
				node.client().start("idle", null);
			}
			assertThat(this.sending.await(10, TimeUnit.SECONDS)).isTrue();
			transport.receiver.activities(List.of(new Delivery()));
			assertThat(idle.interrupted.await(5, TimeUnit.SECONDS)).isTrue();
			assertThat(this.sent.getCount()).isEqualTo(1);
			this.answer.countDown();
		}
	}

	static class Idle {

		final CountDownLatch interrupted = new CountDownLatch(1);

		@Orchestrator
		void idle(OrchestrationContext context) {
		}

		@Activity(startToCloseTimeout = "100ms")
		void sleep() {
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				this.interrupted.countDown();
			}
		}

	}

	private static final class Delivery implements Transport.ActivityDelivery {

		@Override
		public Message.ToActivity message() {
			return new Message.ToActivity("x:0", "i", "x", 0, "sleep", null, null);
		}

		@Override
		public boolean redelivered() {
			return false;
		}

		@Override
		public void acknowledge() {
		}

	}

	private final class Blocked implements Transport {

		private volatile Receiver receiver;

		@Override
		public void start(Subscription subscription, Receiver receiver) {
			this.receiver = receiver;
		}

		@Override
		public void stop() {
		}

		@Override
		public void close() {
		}

		@Override
		public CompletionStage<?> send(List<? extends Message> messages, boolean resent) {
			BlockedBrokerTests.this.sending.countDown();
			try {
				BlockedBrokerTests.this.answer.await();
			}
			catch (InterruptedException ex) {
				return CompletableFuture.failedFuture(ex);
			}
			BlockedBrokerTests.this.sent.countDown();
			return CompletableFuture.completedFuture(null);
		}

		@Override
		public void deadLetter(Message message, String reason) {
		}

		@Override
		public Status status() {
			return new Status("blocked", null, Map.of(), Map.of());
		}

	}

}
