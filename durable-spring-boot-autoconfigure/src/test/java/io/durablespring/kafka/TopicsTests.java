package io.durablespring.kafka;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.apache.kafka.clients.admin.ForwardingAdmin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.LeaderNotAvailableException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A topic is used when each of its partitions has a leader that answers.
 */
class TopicsTests {

	private final String hub = "topics-" + UUID.randomUUID();

	private final LateLeader admin = new LateLeader();

	private final Topics topics = new Topics(TestBroker.settings(this.hub), this.admin,
			new BrokerLink(this.admin, TestBroker.servers()), () -> false);

	@AfterEach
	void close() {
		this.admin.close();
	}

	@Test
	void aTopicIsNotUsedBeforeEachLeaderHasAnswered() throws Exception {
		CompletableFuture<Integer> partitions = CompletableFuture
			.supplyAsync(() -> this.topics.partitions(this.topics.activities(null)));
		assertThat(this.admin.asked.await(20, TimeUnit.SECONDS)).isTrue();
		assertThat(partitions).isNotDone();
		this.admin.last.complete(new ListOffsetsResultInfo(0, -1, Optional.empty()));
		assertThat(partitions.get(20, TimeUnit.SECONDS)).isEqualTo(4);
	}

	@Test
	void aPartitionThatHasLostItsLeaderKeepsNobodyFromTheOthers() {
		this.admin.last.completeExceptionally(new LeaderNotAvailableException("gone"));
		assertThat(this.topics.partitions(this.topics.activities(null))).isEqualTo(4);
	}

	/** Answers for the last of four partitions when it is told to. */
	private static final class LateLeader extends ForwardingAdmin {

		private final KafkaFutureImpl<ListOffsetsResultInfo> last = new KafkaFutureImpl<>();

		private final CountDownLatch asked = new CountDownLatch(1);

		LateLeader() {
			super(Map.of("bootstrap.servers", TestBroker.servers()));
		}

		@Override
		public ListOffsetsResult listOffsets(Map<TopicPartition, OffsetSpec> partitions, ListOffsetsOptions options) {
			ListOffsetsResult result = super.listOffsets(partitions, options);
			this.asked.countDown();
			return new ListOffsetsResult(partitions.keySet()
				.stream()
				.collect(Collectors.toMap(Function.identity(),
						(partition) -> (partition.partition() == 3) ? this.last : result.partitionResult(partition))));
		}

	}

}
