package io.durablespring.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics of a task hub: their names, whether they exist, how many partitions they
 * have. Thread-safe.
 */
final class Topics {

	private static final Logger logger = LoggerFactory.getLogger(Topics.class);

	private static final Pattern LEGAL_NAME = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

	private static final Duration VISIBLE_CHECK = Duration.ofMillis(20);

	private static final Map<String, String> NOTICES = Map.of(TopicConfig.RETENTION_MS_CONFIG, "3600000",
			TopicConfig.SEGMENT_MS_CONFIG, "3600000");

	private final KafkaTransportSettings settings;

	private final Admin admin;

	private final BrokerLink link;

	private final BooleanSupplier share;

	private final Map<String, Integer> partitions = new ConcurrentHashMap<>();

	/**
	 * The topics of a task hub.
	 * @param share whether activity topics are for share groups
	 */
	Topics(KafkaTransportSettings settings, Admin admin, BrokerLink link, BooleanSupplier share) {
		this.settings = settings;
		this.link = link;
		this.share = share;
		this.admin = admin;
	}

	/**
	 * Checks the name of a task hub.
	 * @param hub the name
	 * @throws IllegalArgumentException if no topic can have it as prefix
	 */
	static void checkHub(String hub) {
		if (!LEGAL_NAME.matcher(hub + ".orchestrations").matches()) {
			throw new IllegalArgumentException("Task hub '" + hub
					+ "' cannot be part of a topic name: use letters, digits, '.', '_' and '-' only");
		}
	}

	String orchestrations() {
		return this.settings.hub() + ".orchestrations";
	}

	/** Where messages wait for a node that runs another version than their sender. */
	String versions() {
		return this.settings.hub() + ".versions";
	}

	/** What nodes tell each other, nothing that may not get lost. */
	String notices() {
		return this.settings.hub() + ".notices";
	}

	String deadLetters() {
		return this.settings.hub() + ".dead-letters";
	}

	/**
	 * Whether a topic carries messages of this task hub.
	 */
	boolean carriesMessages(String topic) {
		return topic.equals(orchestrations()) || topic.equals(versions()) || carriesCalls(topic);
	}

	private boolean carriesCalls(String topic) {
		return topic.equals(activities(null))
				|| (topic.startsWith(activities(null) + ".") && LEGAL_NAME.matcher(topic).matches());
	}

	/**
	 * The topic of an activity queue.
	 * @param queue the queue; {@code null} or empty for the default
	 * @return the topic
	 * @throws IllegalArgumentException if no topic can have such a name
	 */
	String activities(@Nullable String queue) {
		String topic = this.settings.hub() + ".activities" + ((queue == null || queue.isEmpty()) ? "" : "." + queue);
		if (!LEGAL_NAME.matcher(topic).matches()) {
			throw new IllegalArgumentException("Activity queue '" + queue + "' makes the topic name '" + topic
					+ "': a topic name has at most 249 characters, letters, digits, '.', '_' and '-' only");
		}
		return topic;
	}

	/**
	 * The partition of an instance. All nodes must agree on it, so it is not left to a
	 * partitioner that can be configured.
	 * @param topic the topic
	 * @param instanceId the instance
	 * @return the partition
	 */
	int partition(String topic, String instanceId) {
		byte[] key = instanceId.getBytes(StandardCharsets.UTF_8);
		return Utils.toPositive(Utils.murmur2(key)) % partitions(topic);
	}

	/**
	 * How many partitions a topic has. Waits for the broker the first time.
	 * @param topic the topic
	 * @return the number
	 * @throws TopicUnavailableException if the topic is missing and cannot be created, or
	 * the broker does not answer
	 */
	int partitions(String topic) {
		Integer known = this.partitions.get(topic);
		return (known != null) ? known : look(topic);
	}

	/**
	 * The topics that have been used so far.
	 * @return the number of partitions by topic
	 */
	Map<String, Integer> known() {
		return Map.copyOf(this.partitions);
	}

	private synchronized int look(String topic) {
		Integer count = this.partitions.get(topic);
		if (count == null) {
			count = describe(topic);
			if (count == null) {
				create(topic);
				count = awaitVisible(topic);
			}
			awaitLeaders(topic, count);
			this.partitions.put(topic, count);
		}
		return count;
	}

	private @Nullable Integer describe(String topic) {
		try {
			return get(this.admin.describeTopics(List.of(topic)).allTopicNames()).values()
				.iterator()
				.next()
				.partitions()
				.size();
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof UnknownTopicOrPartitionException) {
				return null;
			}
			throw new TopicUnavailableException("Cannot describe topic '" + topic + "': " + ex.getCause(),
					ex.getCause());
		}
	}

	private void create(String topic) {
		if (!this.settings.createTopics()) {
			throw new TopicUnavailableException(
					"Topic '" + topic + "' does not exist: create it, or let " + "durable.kafka.create-topics be true",
					null);
		}
		boolean notices = topic.equals(notices());
		boolean one = notices || (carriesCalls(topic) && this.share.getAsBoolean());
		NewTopic wanted = new NewTopic(topic, Optional.of(one ? 1 : this.settings.partitions()),
				Optional.ofNullable(this.settings.replicationFactor()));
		if (notices) {
			wanted.configs(NOTICES);
		}
		try {
			get(this.admin.createTopics(List.of(wanted)).all());
		}
		catch (ExecutionException ex) {
			// Another node was faster.
			if (!(ex.getCause() instanceof TopicExistsException)) {
				throw new TopicUnavailableException("Cannot create topic '" + topic + "': " + ex.getCause(),
						ex.getCause());
			}
		}
	}

	/**
	 * A new topic is known to the controller first and to the brokers a moment later.
	 */
	private int awaitVisible(String topic) {
		long deadline = System.nanoTime() + this.settings.brokerTimeout().toNanos();
		while (System.nanoTime() < deadline) {
			Integer count = describe(topic);
			if (count != null) {
				return count;
			}
			try {
				TimeUnit.NANOSECONDS.sleep(VISIBLE_CHECK.toNanos());
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				break;
			}
		}
		throw new TopicUnavailableException("Topic '" + topic + "' was created but no broker knows it", null);
	}

	/**
	 * A broker may know a topic a moment before it leads the topic's partitions. If it
	 * refuses a producer's first batch then and takes the second, it refuses the first
	 * ever after, until the producer gives it up two minutes later (KAFKA-15591). So
	 * nothing is sent before each leader has answered, whoever created the topic and
	 * when. A partition that has lost its leader does not keep a node from using the
	 * others.
	 */
	private void awaitLeaders(String topic, int count) {
		try {
			this.link.ends(topic, count, this.settings.brokerTimeout());
		}
		catch (BrokerUnreachableException ex) {
			logger.warn("Using topic '{}' although not all of its {} partitions answer: {}", topic, count,
					ex.getMessage());
		}
	}

	private <T> T get(KafkaFuture<T> future) throws ExecutionException {
		try {
			return future.get(this.settings.brokerTimeout().toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			throw new TopicUnavailableException("Kafka did not answer within " + this.settings.brokerTimeout(), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new TopicUnavailableException("Interrupted while waiting for Kafka", ex);
		}
	}

}
