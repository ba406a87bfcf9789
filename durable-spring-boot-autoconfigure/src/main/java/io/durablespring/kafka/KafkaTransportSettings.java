package io.durablespring.kafka;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How the Kafka transport behaves.
 *
 * @param hub the task hub: prefix of topics and consumer groups
 * @param partitions how many partitions new topics get
 * @param replicationFactor how many replicas new topics get; {@code null} for the
 * broker's default
 * @param createTopics whether missing topics are created
 * @param concurrency how many consumers of the orchestrations topic this node runs, at
 * most one for each partition
 * @param groupProtocol how consumers of a group share partitions
 * @param brokerTimeout how long to wait for the broker's answer
 * @param offsetCommitInterval how often offsets are committed
 * @param retryBackoff how long to wait before messages whose receiver has failed are
 * delivered again
 * @param receivedRetention how long the store remembers which messages it has received
 */
public record KafkaTransportSettings(String hub, int partitions, @Nullable Short replicationFactor,
		boolean createTopics, int concurrency, GroupProtocol groupProtocol, Duration brokerTimeout,
		Duration offsetCommitInterval, Duration retryBackoff, Duration receivedRetention) {

	/**
	 * The default settings.
	 * @param hub the task hub
	 * @return the settings
	 */
	public static KafkaTransportSettings defaults(String hub) {
		return new KafkaTransportSettings(hub, 8, null, true, 2, GroupProtocol.AUTO, Duration.ofSeconds(10),
				Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofDays(7));
	}

	/**
	 * How consumers of a group share partitions.
	 */
	public enum GroupProtocol {

		/** The consumer protocol if the broker has it, otherwise the classic one. */
		AUTO,

		/** The protocol of KIP-848: the broker assigns partitions one by one. */
		CONSUMER,

		/** The protocol in which the consumers themselves assign the partitions. */
		CLASSIC

	}

}
