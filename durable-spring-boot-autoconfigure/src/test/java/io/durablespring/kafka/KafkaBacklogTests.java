package io.durablespring.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.durablespring.history.Message;
import io.durablespring.spi.Transport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Calls wait on their topic, not in the memory of a node that has no room for them.
 */
class KafkaBacklogTests {

	private static final int CALLS = 10_000;

	private static final int MOST = 2 * ActivityQueueConsumer.BUFFERED;

	private final KafkaTransport transport = TestBroker.transport("backlog-" + UUID.randomUUID());

	private final AtomicInteger capacity = new AtomicInteger();

	private final AtomicInteger mostBuffered = new AtomicInteger();

	private final Map<Integer, Integer> deliveries = new ConcurrentHashMap<>();

	@AfterEach
	void close() {
		this.transport.close();
	}

	@Test
	void noMoreCallsAreFetchedThanANodeHasRoomFor() throws Exception {
		List<Message.ToActivity> calls = IntStream.range(0, CALLS)
			.mapToObj((i) -> new Message.ToActivity("x:" + i, "instance-" + i % 50, "x", i, "slow", null, null))
			.toList();
		this.transport.send(calls, false).toCompletableFuture().get(60, TimeUnit.SECONDS);
		this.transport.start(new Transport.Subscription(false, Set.of(""), Transport.Versions.any()), new Slow());
		await().until(() -> this.transport.bufferedCalls() >= ActivityQueueConsumer.BUFFERED);
		assertThat(this.deliveries).isEmpty();
		this.capacity.set(4);
		await().atMost(Duration.ofSeconds(120)).until(() -> this.deliveries.size() == CALLS);
		assertThat(this.deliveries.values()).containsOnly(1);
		assertThat(this.mostBuffered).hasValueBetween(ActivityQueueConsumer.BUFFERED, MOST);
	}

	/** Takes four calls at a time at most. */
	private final class Slow implements Transport.Receiver {

		@Override
		public void orchestrations(List<Message.ToOrchestration> messages) {
		}

		@Override
		public void activities(List<Transport.ActivityDelivery> calls) {
			KafkaBacklogTests.this.mostBuffered.accumulateAndGet(KafkaBacklogTests.this.transport.bufferedCalls(),
					Math::max);
			calls.forEach((call) -> {
				KafkaBacklogTests.this.deliveries.merge(call.message().taskId(), 1, Integer::sum);
				call.acknowledge();
			});
		}

		@Override
		public int activityCapacity() {
			KafkaBacklogTests.this.mostBuffered.accumulateAndGet(KafkaBacklogTests.this.transport.bufferedCalls(),
					Math::max);
			return KafkaBacklogTests.this.capacity.get();
		}

	}

}
