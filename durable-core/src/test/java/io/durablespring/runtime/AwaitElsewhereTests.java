package io.durablespring.runtime;

import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.engine.TextCodec;
import io.durablespring.history.Message;
import io.durablespring.local.InMemoryStore;
import io.durablespring.local.InProcessTransport;
import io.durablespring.spi.InstanceQueries;
import io.durablespring.spi.Notices;
import io.durablespring.spi.Transport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Waiting on one node for what another one runs.
 */
class AwaitElsewhereTests {

	/** So that no look can be what ends a wait. */
	private static final Duration HARDLY_EVER = Duration.ofMinutes(20);

	private final InMemoryStore store = new InMemoryStore();

	private final Network network = new Network();

	private final List<TestNode> nodes = new ArrayList<>();

	@AfterEach
	void stopNodes() {
		this.nodes.forEach(TestNode::close);
	}

	private TestNode node(boolean owner, Duration longestLook) {
		RuntimeSettings quick = TestNode.quick();
		RuntimeSettings settings = new RuntimeSettings(quick.cachedExecutions(), quick.maxConcurrentActivities(),
				quick.payloads(), Duration.ofSeconds(30), quick.pollInterval(), quick.receivedRetention(),
				quick.drainTimeout(), longestLook, false, false, false, true, quick.limits(), quick.versioning(),
				quick.retryPolicies());
		TestNode node = TestNode.start(this.store, this.store, new LinkedTransport(this.network, owner), settings,
				new Patient());
		this.nodes.add(node);
		return node;
	}

	@Test
	void whoWaitsElsewhereIsToldWithoutLooking() throws Exception {
		TestNode owner = node(true, HARDLY_EVER);
		TestNode other = node(false, HARDLY_EVER);
		String id = started(owner);
		CompletableFuture<String> result = awaited(other, id);
		assertThat(this.network.next().awaited()).containsExactly(id);
		owner.client().raiseEvent(id, "go", "done");
		assertThat(result.get(20, TimeUnit.SECONDS)).isEqualTo("done");
		assertThat(this.network.nextOfEnds().changed()).containsExactly(Map.entry(id, InstanceStatus.COMPLETED));
	}

	@Test
	void whatEndsWhileTheQuestionIsUnderWayIsFound() throws Exception {
		TestNode owner = node(true, HARDLY_EVER);
		TestNode other = node(false, HARDLY_EVER);
		String id = started(owner);
		this.network.beforeDelivery = (notice) -> end(owner, id);
		assertThat(awaited(other, id).get(20, TimeUnit.SECONDS)).isEqualTo("done");
		assertThat(this.network.next().awaited()).containsExactly(id);
		// The owner, which is still about to announce the end, may have heard the
		// question by then.
		assertThat(this.network.sent).allSatisfy(
				(notice) -> assertThat(notice.changed()).containsExactly(Map.entry(id, InstanceStatus.COMPLETED)));
	}

	private static void end(TestNode owner, String id) {
		owner.client().raiseEvent(id, "go", "done");
		try {
			owner.await(id);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void aWaitEndsAlsoIfEveryNoticeIsLost() throws Exception {
		TestNode owner = node(true, HARDLY_EVER);
		TestNode other = node(false, Duration.ofSeconds(1));
		this.network.losing = true;
		String id = started(owner);
		CompletableFuture<String> result = awaited(other, id);
		assertThat(this.network.next().awaited()).containsExactly(id);
		owner.client().raiseEvent(id, "go", "done");
		assertThat(result.get(20, TimeUnit.SECONDS)).isEqualTo("done");
	}

	@Test
	void nobodyIsToldWhatNobodyElseWaitsFor() throws Exception {
		TestNode owner = node(true, HARDLY_EVER);
		node(false, HARDLY_EVER);
		String id = started(owner);
		owner.client().raiseEvent(id, "go", "done");
		assertThat(owner.await(id).readOutputAs(String.class)).isEqualTo("done");
		assertThat(this.network.sent).isEmpty();
	}

	@Test
	void oneQueryLooksForAllWhoWait() throws Exception {
		List<Collection<?>> asked = new CopyOnWriteArrayList<>();
		InstanceQueries queries = (InstanceQueries) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { InstanceQueries.class }, (proxy, method, arguments) -> {
					asked.add((Collection<?>) arguments[0]);
					return Map.of("a", InstanceStatus.RUNNING, "b", InstanceStatus.FAILED);
				});
		Transport transport = new InProcessTransport(1);
		RuntimePorts ports = new RuntimePorts(this.store, this.store, queries, transport, new TextCodec(),
				Clock.systemUTC(), Runnable::run, List.of());
		CompletionSignals signals = new CompletionSignals(ports, new NoticeBoard(transport, Runnable::run),
				Duration.ofSeconds(1));
		long patience = TimeUnit.SECONDS.toNanos(20);
		try (CompletionSignals.Signal a = signals.register("a");
				CompletionSignals.Signal b = signals.register("b");
				CompletionSignals.Signal gone = signals.register("gone")) {
			assertThat(a.await(patience)).isEqualTo(InstanceStatus.RUNNING);
			assertThat(b.await(patience)).isEqualTo(InstanceStatus.FAILED);
			assertThat(gone.await(patience)).isNull();
		}
		assertThat(asked).hasSize(1);
		assertThat(asked.get(0).stream().map(String::valueOf)).containsExactlyInAnyOrder("a", "b", "gone");
	}

	private static String started(TestNode owner) throws Exception {
		String id = owner.client().start("patient", null);
		owner.client().awaitStart(id, Duration.ofSeconds(20));
		return id;
	}

	private static CompletableFuture<String> awaited(TestNode node, String id) {
		return CompletableFuture.supplyAsync(() -> {
			try {
				return node.client().awaitCompletion(id, Duration.ofSeconds(50)).readOutputAs(String.class);
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}, (task) -> {
			Thread thread = new Thread(task, "waiter");
			thread.setDaemon(true);
			thread.start();
		});
	}

	static class Patient {

		@Orchestrator
		String patient(OrchestrationContext ctx) {
			return ctx.waitForExternalEvent("go", String.class).await();
		}

	}

	/** What notices go through, and what may happen to them there. */
	private static final class Network {

		private final List<LinkedTransport> members = new CopyOnWriteArrayList<>();

		private final BlockingQueue<Notices.Notice> sent = new LinkedBlockingQueue<>();

		private volatile Consumer<Notices.Notice> beforeDelivery = (notice) -> {
		};

		private volatile boolean losing;

		void send(Notices.Notice notice) {
			this.sent.add(notice);
			this.beforeDelivery.accept(notice);
			if (!this.losing) {
				this.members.forEach((member) -> member.receiver.notice(notice));
			}
		}

		Notices.Notice next() throws InterruptedException {
			Notices.Notice notice = this.sent.poll(20, TimeUnit.SECONDS);
			assertThat(notice).isNotNull();
			return notice;
		}

		/** Who asks as soon as an instance is seen to run may be told that it does. */
		Notices.Notice nextOfEnds() throws InterruptedException {
			Notices.Notice notice = next();
			while (notice.changed().containsValue(InstanceStatus.RUNNING)) {
				notice = next();
			}
			return notice;
		}

	}

	private static final class LinkedTransport implements Transport, Notices {

		private final InProcessTransport messages = new InProcessTransport(2, Duration.ofMillis(10));

		private final Network network;

		private final boolean owner;

		private volatile Receiver receiver;

		LinkedTransport(Network network, boolean owner) {
			this.network = network;
			this.owner = owner;
		}

		@Override
		public void start(Subscription subscription, Receiver messageReceiver) {
			this.receiver = messageReceiver;
			this.network.members.add(this);
			this.messages.start(subscription, messageReceiver);
		}

		@Override
		public void stop() {
			this.network.members.remove(this);
			this.messages.stop();
		}

		@Override
		public void close() {
			this.messages.close();
		}

		@Override
		public CompletionStage<?> send(List<? extends Message> sent, boolean resent) {
			return this.messages.send(sent, resent);
		}

		@Override
		public void deadLetter(Message message, String reason) {
			this.messages.deadLetter(message, reason);
		}

		@Override
		public Status status() {
			return this.messages.status();
		}

		@Override
		public Notices notices() {
			return this;
		}

		@Override
		public void send(Notice notice) {
			this.network.send(notice);
		}

		@Override
		public boolean isTakenHere(String instanceId) {
			return this.owner;
		}

	}

}
