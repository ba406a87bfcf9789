package io.durablespring.autoconfigure;

import java.time.Duration;

import io.durablespring.kafka.KafkaTransportSettings;
import io.durablespring.kafka.KafkaTransportSettings.GroupProtocol;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;

/**
 * Properties of the Kafka transport. Connection and security come from
 * {@code spring.kafka}.
 */
@ConfigurationProperties("durable.kafka")
public class DurableKafkaProperties {

	/**
	 * Whether missing topics are created at startup.
	 */
	private boolean createTopics = true;

	/**
	 * Number of partitions of topics that are created. Bounds how many nodes share the
	 * work.
	 */
	private int partitions = 8;

	/**
	 * Number of replicas of topics that are created. When not set, the broker's default.
	 */
	private @Nullable Short replicationFactor;

	/**
	 * Number of consumers of the orchestrations topic that this node runs.
	 */
	private int concurrency = 2;

	/**
	 * Whether a node that is idle delivers messages to its own instances without the
	 * broker.
	 */
	private boolean directDelivery = true;

	/**
	 * Protocol by which consumers share partitions.
	 */
	private GroupProtocol groupProtocol = GroupProtocol.AUTO;

	/**
	 * Time to wait for the broker's answers at startup.
	 */
	private Duration startupTimeout = Duration.ofSeconds(10);

	/**
	 * Time between commits of offsets.
	 */
	private Duration offsetCommitInterval = Duration.ofMillis(500);

	/**
	 * Time to wait before messages that could not be processed are delivered again.
	 */
	private Duration retryBackoff = Duration.ofSeconds(1);

	@NestedConfigurationProperty
	private final DurableKafkaActivitiesProperties activities = new DurableKafkaActivitiesProperties();

	KafkaTransportSettings settings(String hub, Duration receivedRetention) {
		SettingsReader.check(this.partitions >= 1, "durable.kafka.partitions", this.partitions,
				"It must be at least 1.");
		SettingsReader.check(this.replicationFactor == null || this.replicationFactor >= 1,
				"durable.kafka.replication-factor", this.replicationFactor,
				"It must be at least 1. Leave it out for the broker's default.");
		SettingsReader.check(this.concurrency >= 1, "durable.kafka.concurrency", this.concurrency,
				"It must be at least 1.");
		SettingsReader.positive("durable.kafka.startup-timeout", this.startupTimeout);
		SettingsReader.positive("durable.kafka.offset-commit-interval", this.offsetCommitInterval);
		SettingsReader.positive("durable.kafka.retry-backoff", this.retryBackoff);
		return new KafkaTransportSettings(hub, this.partitions, this.replicationFactor, this.createTopics,
				this.concurrency, this.directDelivery, this.groupProtocol, this.activities.getMode(),
				this.startupTimeout, this.offsetCommitInterval, this.retryBackoff, receivedRetention);
	}

	public DurableKafkaActivitiesProperties getActivities() {
		return this.activities;
	}

	public boolean isCreateTopics() {
		return this.createTopics;
	}

	public void setCreateTopics(boolean createTopics) {
		this.createTopics = createTopics;
	}

	public int getPartitions() {
		return this.partitions;
	}

	public void setPartitions(int partitions) {
		this.partitions = partitions;
	}

	public @Nullable Short getReplicationFactor() {
		return this.replicationFactor;
	}

	public void setReplicationFactor(@Nullable Short replicationFactor) {
		this.replicationFactor = replicationFactor;
	}

	public int getConcurrency() {
		return this.concurrency;
	}

	public void setConcurrency(int concurrency) {
		this.concurrency = concurrency;
	}

	public boolean isDirectDelivery() {
		return this.directDelivery;
	}

	public void setDirectDelivery(boolean directDelivery) {
		this.directDelivery = directDelivery;
	}

	public GroupProtocol getGroupProtocol() {
		return this.groupProtocol;
	}

	public void setGroupProtocol(GroupProtocol groupProtocol) {
		this.groupProtocol = groupProtocol;
	}

	public Duration getStartupTimeout() {
		return this.startupTimeout;
	}

	public void setStartupTimeout(Duration startupTimeout) {
		this.startupTimeout = startupTimeout;
	}

	public Duration getOffsetCommitInterval() {
		return this.offsetCommitInterval;
	}

	public void setOffsetCommitInterval(Duration offsetCommitInterval) {
		this.offsetCommitInterval = offsetCommitInterval;
	}

	public Duration getRetryBackoff() {
		return this.retryBackoff;
	}

	public void setRetryBackoff(Duration retryBackoff) {
		this.retryBackoff = retryBackoff;
	}

}
