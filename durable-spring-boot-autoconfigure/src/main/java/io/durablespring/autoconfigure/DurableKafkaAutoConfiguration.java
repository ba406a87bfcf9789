package io.durablespring.autoconfigure;

import java.util.Map;

import io.durablespring.history.HistoryCodec;
import io.durablespring.kafka.KafkaTransport;
import io.durablespring.runtime.RuntimeSettings;
import io.durablespring.spi.Transport;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SslConfigs;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.DefaultKafkaConsumerFactoryCustomizer;
import org.springframework.boot.kafka.autoconfigure.DefaultKafkaProducerFactoryCustomizer;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaConnectionDetails;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.boot.kafka.autoconfigure.SslBundleSslEngineFactory;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the Kafka transport. Its clients
 * are made as Boot makes the application's: from {@code spring.kafka}, the connection
 * details and the factory customizers.
 */
@AutoConfiguration(after = KafkaAutoConfiguration.class)
@ConditionalOnClass({ KafkaMessageListenerContainer.class, KafkaConnectionDetails.class })
@ConditionalOnBooleanProperty(name = "durable.enabled", matchIfMissing = true)
@Conditional(OnTransportCondition.Kafka.class)
@EnableConfigurationProperties(DurableKafkaProperties.class)
public final class DurableKafkaAutoConfiguration {

	@Bean(destroyMethod = "close")
	@ConditionalOnMissingBean(Transport.class)
	KafkaTransport durableKafkaTransport(TaskHub hub, DurableKafkaProperties properties, RuntimeSettings runtime,
			HistoryCodec codec, KafkaProperties clients, KafkaConnectionDetails connection,
			ObjectProvider<DefaultKafkaConsumerFactoryCustomizer> consumerCustomizers,
			ObjectProvider<DefaultKafkaProducerFactoryCustomizer> producerCustomizers) {
		DefaultKafkaConsumerFactory<String, byte[]> consumers = new DefaultKafkaConsumerFactory<>(
				connected(clients.buildConsumerProperties(), connection.getConsumer()));
		consumerCustomizers.orderedStream().forEach((customizer) -> customizer.customize(consumers));
		DefaultKafkaProducerFactory<String, byte[]> producers = new DefaultKafkaProducerFactory<>(
				connected(clients.buildProducerProperties(), connection.getProducer()));
		producerCustomizers.orderedStream().forEach((customizer) -> customizer.customize(producers));
		return new KafkaTransport(properties.settings(hub.name(), runtime.receivedRetention()), codec, consumers,
				producers, connected(clients.buildAdminProperties(), connection.getAdmin()));
	}

	private static Map<String, Object> connected(Map<String, Object> properties,
			KafkaConnectionDetails.Configuration connection) {
		properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, connection.getBootstrapServers());
		String securityProtocol = connection.getSecurityProtocol();
		if (securityProtocol != null && !securityProtocol.isEmpty()) {
			properties.put(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, securityProtocol);
		}
		SslBundle sslBundle = connection.getSslBundle();
		if (sslBundle != null) {
			properties.put(SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG, SslBundleSslEngineFactory.class);
			properties.put(SslBundle.class.getName(), sslBundle);
		}
		return properties;
	}

}
