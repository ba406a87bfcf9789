package io.durablespring.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import io.durablespring.spi.Transport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Calls that are consumed by a share group on a real broker, at the worst moments.
 */
class KafkaShareTests {

	private static final Instant NOW = Instant.parse("2026-03-01T10:15:30Z");

	private static final Duration LOCK = Duration.ofSeconds(2);

	private final String hub = "share-" + UUID.randomUUID();

	private final String topic = this.hub + ".activities";

	private final String group = ShareMode.group(this.topic);

	/** Its node takes nothing: it only sends. */
	private final KafkaTransport client = TestBroker.transport(TestBroker.sharing(this.hub), Map.of(), Map.of());

	@AfterEach
	void close() {
		this.client.close();
	}

	// --- What is never lost

	@Test
	void aCallOfANodeThatDiesComesToAnotherAfterItsLock() throws Exception {
		send(0, 1);
		configureGroup();
		try (KafkaShareConsumer<String, byte[]> dying = member()) {
			// Never heard of again: it neither acknowledges nor renews.
			poll(dying);
			try (Worker other = worker(10)) {
				await().until(() -> other.deliveries.size() == 1);
				assertThat(other.deliveries).allMatch(Transport.ActivityDelivery::redelivered);
				other.acknowledge(0);
				awaitNothingWaits(other);
				assertThat(other.taskIds()).containsExactly(0);
			}
		}
	}

	@Test
	void aCallInItsLastDeliveryIsSentOnBeforeItIsRun() throws Exception {
		send(7, 8);
		configureGroup();
		try (KafkaShareConsumer<String, byte[]> unwilling = member()) {
			for (int delivery = 1; delivery <= 4; delivery++) {
				ConsumerRecord<String, byte[]> record = poll(unwilling);
				assertThat(record.deliveryCount()).hasValue((short) delivery);
				unwilling.acknowledge(record, AcknowledgeType.RELEASE);
				unwilling.commitSync();
			}
		}
		// The fifth is the last one on a broker with default settings.
		try (Worker worker = worker(10)) {
			await().until(() -> worker.deliveries.size() == 1);
			assertThat(worker.deliveries).allMatch(Transport.ActivityDelivery::redelivered);
			assertThat(TestBroker.records(this.topic)).hasSize(2)
				.last()
				.satisfies((copy) -> assertThat(WireFormat.header(copy, WireFormat.RESENT)).isEqualTo("true"));
			worker.acknowledge(7);
			awaitNothingWaits(worker);
			assertThat(worker.taskIds()).containsExactly(7);
		}
	}

	@Test
	void aLongCallIsDeliveredOnceBecauseItsLockIsRenewed() throws Exception {
		send(0, 1);
		configureGroup();
		try (Worker one = worker(10); Worker two = worker(10)) {
			await().until(() -> deliveries(one, two) == 1);
			await().during(LOCK.multipliedBy(3)).until(() -> deliveries(one, two) == 1);
			one.acknowledge(0);
			two.acknowledge(0);
			awaitNothingWaits(one);
			assertThat(deliveries(one, two)).isEqualTo(1);
			assertThat(TestBroker.records(this.topic)).hasSize(1);
		}
	}

	@Test
	void acknowledgementsBesideALongCallAreKept() throws Exception {
		send(0, 10);
		configureGroup();
		try (Worker worker = worker(10)) {
			await().until(() -> worker.deliveries.size() == 10);
			IntStream.range(1, 10).forEach(worker::acknowledge);
			await().untilAsserted(() -> assertThat(waiting(worker)).isEqualTo(1));
			// Once more after its lock has been renewed.
			await().during(LOCK).until(() -> worker.deliveries.size() == 10);
			worker.acknowledge(0);
			awaitNothingWaits(worker);
		}
	}

	@Test
	void aStoppingNodeLetsOthersHaveWhatItHasNotBegunAndKeepsWhatItRuns() throws Exception {
		try (Worker leaving = worker(8)) {
			leaving.wants = 1;
			send(0, 5);
			await().until(() -> leaving.deliveries.size() == 1 && leaving.transport.bufferedCalls() == 4);
			int running = leaving.deliveries.get(0).message().taskId();
			leaving.transport.stop();
			try (Worker other = worker(8)) {
				await().until(() -> other.deliveries.size() == 4);
				assertThat(other.taskIds()).doesNotContain(running).doesNotHaveDuplicates();
				other.deliveries.forEach(Transport.ActivityDelivery::acknowledge);
				await().untilAsserted(() -> assertThat(waiting(other)).isEqualTo(1));
				leaving.acknowledge(running);
				awaitNothingWaits(other);
				assertThat(other.deliveries).hasSize(4);
			}
		}
	}

	@Test
	void closingCommitsTheLastAcknowledgements() throws Exception {
		try (Worker leaving = worker(10)) {
			send(0, 3);
			await().until(() -> leaving.deliveries.size() == 3);
			leaving.acknowledge(0);
			leaving.acknowledge(1);
		}
		try (Worker next = worker(10)) {
			await().until(() -> next.deliveries.size() == 1);
			assertThat(next.taskIds()).containsExactly(2);
		}
	}

	@Test
	void whatCannotBeReadIsPutAside() throws Exception {
		try (Worker worker = worker(10)) {
			TestBroker.send(new ProducerRecord<>(this.topic, "a", new byte[] { 1, 2 }));
			send(1, 2);
			await().until(() -> worker.deliveries.size() == 1);
			worker.acknowledge(1);
			awaitNothingWaits(worker);
			assertThat(TestBroker.records(this.hub + ".dead-letters")).hasSize(1);
		}
	}

	// --- What share groups are for

	@Test
	void moreNodesThanPartitionsAllGetWork() throws Exception {
		try (Worker one = worker(1); Worker two = worker(1); Worker three = worker(1)) {
			send(0, 3);
			await().until(() -> deliveries(one, two, three) == 3);
			assertThat(Stream.of(one, two, three)).allSatisfy((worker) -> assertThat(worker.deliveries).hasSize(1));
			assertThat(TestBroker.records(this.topic)).hasSize(3);
			assertThat(one.transport.status().details()).extractingByKey("partitions", InstanceOfAssertFactories.MAP)
				.containsEntry(this.topic, 1);
		}
	}

	@Test
	void oneSlowCallHoldsUpNoOther() throws Exception {
		try (Worker worker = worker(10)) {
			send(0, 1);
			await().until(() -> worker.deliveries.size() == 1);
			worker.acknowledging = true;
			for (int i = 1; i <= 50; i++) {
				int expected = i + 1;
				send(i, expected);
				await().until(() -> worker.deliveries.size() == expected);
			}
			await().untilAsserted(() -> assertThat(waiting(worker)).isEqualTo(1));
		}
	}

	@Test
	void theStatusShowsTheMode() {
		try (Worker worker = worker(10)) {
			assertThat(worker.transport.status().details()).containsEntry("activityModes", Map.of(this.topic, "share"));
			await().untilAsserted(() -> assertThat(worker.transport.status().problem()).isNull());
		}
	}

	// --- Steps

	private Worker worker(int wants) {
		return new Worker(TestBroker.transport(TestBroker.sharing(this.hub), Map.of(), Map.of()), wants);
	}

	private void send(int from, int to) throws Exception {
		List<Message> calls = IntStream.range(from, to)
			.<Message>mapToObj((i) -> Message.ToActivity.of("a", "x",
					new HistoryEvent.TaskScheduled(NOW, i, "copy", null, null, null), Map.of()))
			.toList();
		this.client.send(calls, false).toCompletableFuture().get(30, TimeUnit.SECONDS);
	}

	/** Before anybody joins it: with short locks, and from the first record on. */
	private void configureGroup() throws Exception {
		try (Admin admin = TestBroker.admin()) {
			ConfigEntry lock = new ConfigEntry("share.record.lock.duration.ms", String.valueOf(LOCK.toMillis()));
			admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.GROUP, this.group),
					List.of(new AlterConfigOp(lock, AlterConfigOp.OpType.SET))))
				.all()
				.get();
			assertThat(new BrokerLink(admin, TestBroker.servers()).startAtEarliest(this.group, Duration.ofSeconds(20)))
				.isNull();
		}
	}

	private KafkaShareConsumer<String, byte[]> member() {
		KafkaShareConsumer<String, byte[]> consumer = new KafkaShareConsumer<>(
				ClientProperties.share(Map.of("bootstrap.servers", TestBroker.servers()), this.group, 1),
				new StringDeserializer(), new ByteArrayDeserializer());
		consumer.subscribe(List.of(this.topic));
		return consumer;
	}

	private static ConsumerRecord<String, byte[]> poll(KafkaShareConsumer<String, byte[]> consumer) {
		return consumer.poll(Duration.ofSeconds(30)).iterator().next();
	}

	private static int deliveries(Worker... workers) {
		return Stream.of(workers).mapToInt((worker) -> worker.deliveries.size()).sum();
	}

	private long waiting(Worker worker) {
		return worker.transport.status().lag().getOrDefault(this.topic, -1L);
	}

	private void awaitNothingWaits(Worker worker) {
		await().untilAsserted(() -> assertThat(waiting(worker)).isZero());
	}

	private static ConditionFactory await() {
		// On this thread: a member of a share group is not for two.
		return Awaitility.await().pollInSameThread().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
	}

	/**
	 * A node that runs so many calls in total, until it is told to acknowledge them.
	 */
	private static final class Worker implements Transport.Receiver, AutoCloseable {

		private final List<Transport.ActivityDelivery> deliveries = new CopyOnWriteArrayList<>();

		private final KafkaTransport transport;

		private volatile int wants;

		private volatile boolean acknowledging;

		Worker(KafkaTransport transport, int wants) {
			this.transport = transport;
			this.wants = wants;
			transport.start(new Transport.Subscription(false, Set.of(""), Transport.Versions.any()), this);
		}

		@Override
		public void orchestrations(List<Message.ToOrchestration> messages) {
		}

		@Override
		public void activities(List<Transport.ActivityDelivery> calls) {
			if (this.acknowledging) {
				calls.forEach(Transport.ActivityDelivery::acknowledge);
			}
			this.deliveries.addAll(calls);
		}

		@Override
		public int activityCapacity() {
			return this.acknowledging ? this.wants : this.wants - this.deliveries.size();
		}

		List<Integer> taskIds() {
			return this.deliveries.stream().map((delivery) -> delivery.message().taskId()).toList();
		}

		void acknowledge(int taskId) {
			this.deliveries.stream()
				.filter((delivery) -> delivery.message().taskId() == taskId)
				.forEach(Transport.ActivityDelivery::acknowledge);
		}

		@Override
		public void close() {
			this.transport.close();
		}

	}

}
