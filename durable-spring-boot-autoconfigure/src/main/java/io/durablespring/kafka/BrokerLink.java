package io.durablespring.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.durablespring.kafka.KafkaTransportSettings.GroupProtocol;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the broker about itself. Thread-safe.
 */
final class BrokerLink {

	private static final Logger logger = LoggerFactory.getLogger(BrokerLink.class);

	private static final String GROUP_VERSION = "group.version";

	private final Admin admin;

	private final String bootstrapServers;

	BrokerLink(Admin admin, String bootstrapServers) {
		this.admin = admin;
		this.bootstrapServers = bootstrapServers;
	}

	/**
	 * Makes sure that a broker answers.
	 * @param timeout how long to wait
	 * @throws BrokerUnreachableException if none does
	 */
	void check(Duration timeout) {
		get(this.admin.describeCluster().nodes(), timeout);
	}

	/**
	 * The protocol to use.
	 * @param wanted what the settings say
	 * @param timeout how long to wait
	 * @return consumer or classic
	 */
	GroupProtocol groupProtocol(GroupProtocol wanted, Duration timeout) {
		if (wanted != GroupProtocol.AUTO) {
			return wanted;
		}
		try {
			FinalizedVersionRange version = get(this.admin.describeFeatures().featureMetadata(), timeout)
				.finalizedFeatures()
				.get(GROUP_VERSION);
			return (version != null && version.maxVersionLevel() >= 1) ? GroupProtocol.CONSUMER : GroupProtocol.CLASSIC;
		}
		catch (BrokerUnreachableException ex) {
			// Old brokers and some that only speak Kafka's protocol do not know the
			// question.
			logger.debug("Using the classic group protocol", ex);
			return GroupProtocol.CLASSIC;
		}
	}

	/**
	 * How many records each group has not committed.
	 * @param topicsByGroup the topic of each group
	 * @param partitions the number of partitions by topic
	 * @param timeout how long to wait
	 * @return the number by topic
	 */
	Map<String, Long> lag(Map<String, String> topicsByGroup, Map<String, Integer> partitions, Duration timeout) {
		Map<TopicPartition, Long> ends = offsets(topicsByGroup.values(), partitions, OffsetSpec.latest(), timeout);
		Map<TopicPartition, Long> starts = offsets(topicsByGroup.values(), partitions, OffsetSpec.earliest(), timeout);
		Map<String, Map<TopicPartition, OffsetAndMetadata>> committed = get(this.admin
			.listConsumerGroupOffsets(topicsByGroup.keySet()
				.stream()
				.collect(Collectors.toMap((group) -> group, (group) -> new ListConsumerGroupOffsetsSpec())))
			.all(), timeout);
		Map<String, Long> lag = new HashMap<>();
		topicsByGroup.forEach((group, topic) -> {
			Map<TopicPartition, OffsetAndMetadata> offsets = committed.getOrDefault(group, Map.of());
			lag.put(topic,
					ends.entrySet().stream().filter((end) -> end.getKey().topic().equals(topic)).mapToLong((end) -> {
						OffsetAndMetadata offset = offsets.get(end.getKey());
						long from = (offset != null) ? offset.offset() : starts.getOrDefault(end.getKey(), 0L);
						return Math.max(0, end.getValue() - from);
					}).sum());
		});
		return lag;
	}

	private Map<TopicPartition, Long> offsets(Collection<String> topics, Map<String, Integer> partitions,
			OffsetSpec which, Duration timeout) {
		Map<TopicPartition, OffsetSpec> question = topics.stream()
			.flatMap((topic) -> Stream.iterate(0, (i) -> i < partitions.getOrDefault(topic, 0), (i) -> i + 1)
				.map((i) -> new TopicPartition(topic, i)))
			.collect(Collectors.toMap((partition) -> partition, (partition) -> which));
		Map<TopicPartition, Long> offsets = new HashMap<>();
		get(this.admin.listOffsets(question).all(), timeout)
			.forEach((partition, result) -> offsets.put(partition, result.offset()));
		return offsets;
	}

	private <T> T get(KafkaFuture<T> future, Duration timeout) {
		try {
			return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			throw new BrokerUnreachableException(this.bootstrapServers, "nothing within " + timeout.toMillis() + " ms",
					ex);
		}
		catch (ExecutionException ex) {
			throw new BrokerUnreachableException(this.bootstrapServers, String.valueOf(ex.getCause()), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new BrokerUnreachableException(this.bootstrapServers, "interrupted", ex);
		}
	}

}
