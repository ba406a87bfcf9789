package io.durablespring.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.durablespring.kafka.KafkaTransportSettings.GroupProtocol;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.MetadataRecoveryStrategy;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;

/**
 * What the transport relies on, whatever the application sets for its own clients.
 * Connection, security, tuning and listeners stay as they were given.
 */
final class ClientProperties {

	private static final Map<String, Object> PRODUCER = Map.of(ProducerConfig.ACKS_CONFIG, "all",
			ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true, ProducerConfig.RETRIES_CONFIG, Integer.MAX_VALUE,
			ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 5,
			// A batch of ours is sent at once: waiting for more only adds latency.
			ProducerConfig.LINGER_MS_CONFIG, 0);

	/** A minute, Kafka's default, is too long for the threads that wait. */
	private static final long MAX_BLOCK_MILLIS = 10_000;

	private static final Map<String, Object> CONSUMER = Map.of(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false,
			ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");

	private static final List<String> CLASSIC_ONLY = List.of(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
			ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG);

	private static final List<String> NOT_FOR_SHARE_GROUPS = List.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
			ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
			ConsumerConfig.ISOLATION_LEVEL_CONFIG, ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
			ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG, ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
			ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, ConsumerConfig.GROUP_PROTOCOL_CONFIG,
			ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG);

	private static final String RECOVERY_STRATEGY = CommonClientConfigs.METADATA_RECOVERY_STRATEGY_CONFIG;

	private ClientProperties() {
	}

	/**
	 * @param closeTimeout how long closing waits for records under way
	 */
	static void apply(DefaultKafkaProducerFactory<String, byte[]> producers, Duration closeTimeout) {
		producers.removeConfig(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
		producers.updateConfigs(PRODUCER);
		producers.setPhysicalCloseTimeout((int) closeTimeout.toSeconds());
		if (!producers.getConfigurationProperties().containsKey(ProducerConfig.MAX_BLOCK_MS_CONFIG)) {
			producers.updateConfigs(Map.of(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MILLIS));
		}
		producers.setKeySerializer(new StringSerializer());
		producers.setValueSerializer(new ByteArraySerializer());
		suffixClientId(producers.getConfigurationProperties(), "-durable")
			.forEach((name, value) -> producers.updateConfigs(Map.of(name, value)));
	}

	/** What holds for every consumer, whatever protocol its group has. */
	static void apply(DefaultKafkaConsumerFactory<String, byte[]> consumers) {
		consumers.removeConfig(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
		consumers.updateConfigs(CONSUMER);
		consumers.setKeyDeserializerSupplier(StringDeserializer::new);
		consumers.setValueDeserializerSupplier(ByteArrayDeserializer::new);
	}

	static void apply(DefaultKafkaConsumerFactory<String, byte[]> consumers, GroupProtocol protocol) {
		if (protocol == GroupProtocol.CONSUMER) {
			CLASSIC_ONLY.forEach(consumers::removeConfig);
			// Without a broker, the client of this protocol would rebootstrap in a loop
			// without any pause: tens of thousands of log records a second.
			if (!consumers.getConfigurationProperties().containsKey(RECOVERY_STRATEGY)) {
				consumers.updateConfigs(Map.of(RECOVERY_STRATEGY, MetadataRecoveryStrategy.NONE.name));
			}
		}
		else {
			consumers.removeConfig(ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG);
			consumers.updateConfigs(Map.of(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
					CooperativeStickyAssignor.class.getName()));
		}
		consumers.updateConfigs(Map.of(ConsumerConfig.GROUP_PROTOCOL_CONFIG, protocol.name().toLowerCase(Locale.ROOT)));
	}

	/**
	 * The properties of a member of a share group.
	 * @param consumers those of other consumers
	 * @param group the group
	 * @param batch how many records it gets at most before it has settled them
	 * @return the properties
	 */
	static Map<String, Object> share(Map<String, Object> consumers, String group, int batch) {
		Map<String, Object> properties = new HashMap<>(consumers);
		NOT_FOR_SHARE_GROUPS.forEach(properties::remove);
		properties.putIfAbsent(RECOVERY_STRATEGY, MetadataRecoveryStrategy.NONE.name);
		properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
		properties.put(ConsumerConfig.SHARE_ACKNOWLEDGEMENT_MODE_CONFIG, "explicit");
		// Never more than asked for: nobody would renew the locks of what waits in the
		// client.
		properties.put(ConsumerConfig.SHARE_ACQUIRE_MODE_CONFIG, "record_limit");
		properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, batch);
		properties.computeIfPresent(CommonClientConfigs.CLIENT_ID_CONFIG,
				(name, id) -> id + "-" + group.replace(':', '-'));
		return properties;
	}

	private static Map<String, Object> suffixClientId(Map<String, Object> properties, String suffix) {
		Object clientId = properties.get(CommonClientConfigs.CLIENT_ID_CONFIG);
		return (clientId != null) ? Map.of(CommonClientConfigs.CLIENT_ID_CONFIG, clientId + suffix) : Map.of();
	}

}
