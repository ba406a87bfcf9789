package io.durablespring.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.durablespring.kafka.KafkaTransportSettings.GroupProtocol;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.FeatureMetadata;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.clients.admin.SupportedVersionRange;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the broker about itself. Thread-safe.
 */
final class BrokerLink {

	private static final Logger logger = LoggerFactory.getLogger(BrokerLink.class);

	private static final String GROUP_VERSION = "group.version";

	private static final String SHARE_VERSION = "share.version";

	private static final String METADATA_VERSION = "metadata.version";

	/** The first metadata version of Kafka 4.2. */
	private static final short KAFKA_4_2 = 28;

	private static final String SHARE_RESET = "share.auto.offset.reset";

	private static final String EARLIEST = "earliest";

	private static final Duration VISIBLE_CHECK = Duration.ofMillis(20);

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
	 * Why the broker has no share groups that serve us.
	 * @param timeout how long to wait
	 * @return what is missing and how to mend it; {@code null} if nothing is
	 * @throws BrokerUnreachableException if no broker answers
	 */
	@Nullable String shareObstacle(Duration timeout) {
		String upgrade = "Have brokers of Kafka 4.2 or later, and kafka-features.sh upgrade --feature " + SHARE_VERSION
				+ "=1";
		FeatureMetadata features;
		try {
			features = get(this.admin.describeFeatures().featureMetadata(), timeout);
		}
		catch (BrokerUnreachableException ex) {
			String answer = answer(ex);
			if (answer == null) {
				throw ex;
			}
			return "the broker at " + this.bootstrapServers + " does not tell what it is able to do (" + answer + "). "
					+ upgrade;
		}
		SupportedVersionRange metadata = features.supportedFeatures().get(METADATA_VERSION);
		if (metadata == null || metadata.maxVersion() < KAFKA_4_2) {
			return "the broker at " + this.bootstrapServers
					+ " is older than Kafka 4.2, which is the first to renew locks. " + upgrade;
		}
		FinalizedVersionRange share = features.finalizedFeatures().get(SHARE_VERSION);
		if (share == null || share.maxVersionLevel() < 1) {
			return "feature " + SHARE_VERSION + " is not enabled on the broker at " + this.bootstrapServers + ". "
					+ upgrade;
		}
		return null;
	}

	/**
	 * Lets a share group that is new begin with the first record that there is, rather
	 * than with the next.
	 * @param group the group
	 * @param timeout how long to wait for each answer
	 * @return why that is not possible; {@code null} if it is so
	 * @throws BrokerUnreachableException if no broker answers
	 */
	@Nullable String startAtEarliest(String group, Duration timeout) {
		ConfigResource resource = new ConfigResource(ConfigResource.Type.GROUP, group);
		AlterConfigOp earliest = new AlterConfigOp(new ConfigEntry(SHARE_RESET, EARLIEST), AlterConfigOp.OpType.SET);
		try {
			if (isEarliest(resource, timeout)) {
				return null;
			}
			get(this.admin.incrementalAlterConfigs(Map.of(resource, List.of(earliest))).all(), timeout);
			long deadline = System.nanoTime() + timeout.toNanos();
			// The brokers hear of it a moment later.
			while (!isEarliest(resource, timeout)) {
				if (System.nanoTime() - deadline > 0) {
					return SHARE_RESET + " stays what it is";
				}
				LockSupport.parkNanos(VISIBLE_CHECK.toNanos());
			}
			return null;
		}
		catch (BrokerUnreachableException ex) {
			String answer = answer(ex);
			if (answer == null) {
				throw ex;
			}
			return answer;
		}
	}

	private boolean isEarliest(ConfigResource group, Duration timeout) {
		Config config = get(this.admin.describeConfigs(List.of(group)).all(), timeout).get(group);
		ConfigEntry reset = (config != null) ? config.get(SHARE_RESET) : null;
		return reset != null && EARLIEST.equals(reset.value());
	}

	/** What the broker has answered, if it has. */
	private static @Nullable String answer(BrokerUnreachableException ex) {
		return (ex.getCause() instanceof ExecutionException failed
				&& !(failed.getCause() instanceof RetriableException)) ? String.valueOf(failed.getCause()) : null;
	}

	/**
	 * Where each partition of a topic ends now.
	 * @param topic the topic
	 * @param partitions how many it has
	 * @param timeout how long to wait
	 * @return the offset of the next record by partition
	 */
	Map<Integer, Long> ends(String topic, int partitions, Duration timeout) {
		Map<Integer, Long> ends = new HashMap<>();
		offsets(Set.of(topic), Map.of(topic, partitions), OffsetSpec.latest(), timeout)
			.forEach((partition, offset) -> ends.put(partition.partition(), offset));
		return ends;
	}

	/**
	 * How many records each share group has not done with.
	 * @param topicsByGroup the topic of each group
	 * @param partitions the number of partitions by topic
	 * @param timeout how long to wait for each answer
	 * @return the number by topic
	 */
	Map<String, Long> shareLag(Map<String, String> topicsByGroup, Map<String, Integer> partitions, Duration timeout) {
		if (topicsByGroup.isEmpty()) {
			return Map.of();
		}
		Map<TopicPartition, Long> ends = offsets(topicsByGroup.values(), partitions, OffsetSpec.latest(), timeout);
		Map<TopicPartition, Long> starts = offsets(topicsByGroup.values(), partitions, OffsetSpec.earliest(), timeout);
		Map<String, Long> lag = new HashMap<>();
		topicsByGroup.forEach((group, topic) -> {
			Map<TopicPartition, SharePartitionOffsetInfo> offsets = shareOffsets(group, timeout);
			lag.put(topic, ends.entrySet()
				.stream()
				.filter((end) -> end.getKey().topic().equals(topic))
				.mapToLong(
						(end) -> lag(offsets.get(end.getKey()), starts.getOrDefault(end.getKey(), 0L), end.getValue()))
				.sum());
		});
		return lag;
	}

	private static long lag(@Nullable SharePartitionOffsetInfo info, long start, long end) {
		long from = (info != null && info.startOffset() >= 0) ? info.startOffset() : start;
		return (info != null) ? info.lag().orElse(Math.max(0, end - from)) : end - from;
	}

	private Map<TopicPartition, SharePartitionOffsetInfo> shareOffsets(String group, Duration timeout) {
		try {
			return get(this.admin.listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec()))
				.partitionsToOffsetInfo(group), timeout);
		}
		catch (BrokerUnreachableException ex) {
			if (ex.getCause() instanceof ExecutionException failed
					&& failed.getCause() instanceof GroupIdNotFoundException) {
				// Nobody has joined it yet.
				return Map.of();
			}
			throw ex;
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

	/**
	 * How many records of a topic lie between the position of a group without members and
	 * the end.
	 * @param group the group
	 * @param topic the topic, with the partitions that it has by now
	 * @param timeout how long to wait for each answer
	 * @return the number
	 */
	long waiting(String group, String topic, Duration timeout) {
		int count = Objects
			.requireNonNull(get(this.admin.describeTopics(List.of(topic)).allTopicNames(), timeout).get(topic))
			.partitions()
			.size();
		// First: asked for later, it could lie behind the ends.
		Map<TopicPartition, OffsetAndMetadata> committed = get(
				this.admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata(), timeout);
		Set<String> topics = Set.of(topic);
		Map<TopicPartition, Long> starts = offsets(topics, Map.of(topic, count), OffsetSpec.earliest(), timeout);
		return offsets(topics, Map.of(topic, count), OffsetSpec.latest(), timeout).entrySet()
			.stream()
			.mapToLong((end) -> end.getValue() - DeadLetterReader.from(committed.get(end.getKey()),
					starts.getOrDefault(end.getKey(), 0L), end.getValue()))
			.sum();
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
