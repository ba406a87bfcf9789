package io.durablespring.kafka;

import java.time.Duration;
import java.util.Properties;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.listener.BatchMessageListener;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;

/**
 * Builds the listener containers.
 */
final class Containers {

	private static final Duration POLL_WHILE_PAUSED = Duration.ofMillis(100);

	private static final Duration AUTH_RETRY = Duration.ofSeconds(10);

	private static final int ORCHESTRATION_BATCH = 500;

	private final KafkaTransportSettings settings;

	private final Topics topics;

	private final ConsumerFactory<String, byte[]> consumers;

	Containers(KafkaTransportSettings settings, Topics topics, ConsumerFactory<String, byte[]> consumers) {
		this.settings = settings;
		this.topics = topics;
		this.consumers = consumers;
	}

	/**
	 * Commits what its listener has returned for, now and then rather than each time:
	 * what is delivered again after a crash is recognised.
	 */
	ConcurrentMessageListenerContainer<String, byte[]> orchestrations(BatchMessageListener<String, byte[]> listener,
			ConsumerRebalanceListener partitions) {
		String topic = this.topics.orchestrations();
		ConcurrentMessageListenerContainer<String, byte[]> container = batches(topic, this.settings.hub(), listener,
				this.settings.concurrency());
		container.getContainerProperties().setConsumerRebalanceListener(partitions);
		return container;
	}

	/**
	 * The nodes with the same code are a group: so every record comes to each deployment
	 * once, now or when there is one.
	 */
	ConcurrentMessageListenerContainer<String, byte[]> versions(BatchMessageListener<String, byte[]> listener,
			String fingerprint) {
		String topic = this.topics.versions();
		return batches(topic, topic + "." + fingerprint, listener, 1);
	}

	private ConcurrentMessageListenerContainer<String, byte[]> batches(String topic, String group,
			BatchMessageListener<String, byte[]> listener, int concurrency) {
		ContainerProperties properties = properties(topic, group, ORCHESTRATION_BATCH);
		properties.setMessageListener(listener);
		properties.setAckMode(ContainerProperties.AckMode.TIME);
		properties.setAckTime(this.settings.offsetCommitInterval().toMillis());
		ConcurrentMessageListenerContainer<String, byte[]> container = new ConcurrentMessageListenerContainer<>(
				this.consumers, properties);
		container.setBeanName(topic);
		container.setConcurrency(Math.max(1, Math.min(concurrency, this.topics.partitions(topic))));
		container.setCommonErrorHandler(new RedeliveringErrorHandler(this.settings.retryBackoff()));
		return container;
	}

	String topic(@Nullable String queue) {
		return this.topics.activities(queue);
	}

	/**
	 * Commits nothing by itself: its listener does.
	 */
	KafkaMessageListenerContainer<String, byte[]> activities(String topic, ActivityQueueConsumer listener) {
		ContainerProperties properties = properties(topic, topic, ActivityQueueConsumer.BUFFERED);
		properties.setMessageListener(listener);
		properties.setConsumerRebalanceListener(listener);
		properties.setAckMode(ContainerProperties.AckMode.MANUAL);
		// The listener itself waits while it is paused.
		properties.setPollTimeoutWhilePaused(Duration.ZERO);
		KafkaMessageListenerContainer<String, byte[]> container = new KafkaMessageListenerContainer<>(this.consumers,
				properties);
		container.setBeanName(topic);
		container.setBatchInterceptor(listener);
		container.setCommonErrorHandler(new RedeliveringErrorHandler(this.settings.retryBackoff()));
		return container;
	}

	private ContainerProperties properties(String topic, String group, int maxPollRecords) {
		ContainerProperties properties = new ContainerProperties(topic);
		properties.setGroupId(group);
		properties.setPollTimeout(this.settings.offsetCommitInterval().toMillis());
		properties.setPollTimeoutWhilePaused(POLL_WHILE_PAUSED);
		properties.setAuthExceptionRetryInterval(AUTH_RETRY);
		Properties overrides = new Properties();
		overrides.setProperty(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, String.valueOf(maxPollRecords));
		Object clientId = this.consumers.getConfigurationProperties().get(ConsumerConfig.CLIENT_ID_CONFIG);
		if (clientId != null) {
			properties.setClientId(clientId + "-" + topic);
		}
		properties.setKafkaConsumerProperties(overrides);
		return properties;
	}

}
