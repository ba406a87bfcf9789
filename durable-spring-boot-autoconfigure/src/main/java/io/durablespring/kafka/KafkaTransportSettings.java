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
 * @param directDelivery whether a node that is idle delivers messages to its own
 * instances without the broker
 * @param groupProtocol how consumers of a group share partitions
 * @param activityMode how nodes share activity calls
 * @param brokerTimeout how long to wait for the broker's answer
 * @param offsetCommitInterval how often offsets are committed
 * @param retryBackoff how long to wait before messages whose receiver has failed are
 * delivered again
 * @param receivedRetention how long the store remembers which messages it has received
 */
public record KafkaTransportSettings(String hub, int partitions, @Nullable Short replicationFactor,
		boolean createTopics, int concurrency, boolean directDelivery, GroupProtocol groupProtocol,
		ActivityMode activityMode, Duration brokerTimeout, Duration offsetCommitInterval, Duration retryBackoff,
		Duration receivedRetention) {

	/**
	 * The default settings.
	 * @param hub the task hub
	 * @return the settings
	 */
	public static KafkaTransportSettings defaults(String hub) {
		return new KafkaTransportSettings(hub, 8, null, true, 2, true, GroupProtocol.AUTO, ActivityMode.CLASSIC,
				Duration.ofSeconds(10), Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofDays(7));
	}

	/**
	 * How nodes share activity calls.
	 */
	public enum ActivityMode {

		/** Each partition has one node, whose calls are in its consumer group's order. */
		CLASSIC,

		/**
		 * Calls are dealt out one by one by a share group (KIP-932), to as many nodes as
		 * there are. Needs brokers of Kafka 4.2 or later and topics with one partition;
		 * classic where they are missing.
		 */
		SHARE

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
