package io.durablespring.autoconfigure;

import java.time.Clock;

import io.durablespring.DurableClient;
import io.durablespring.actuate.DurableDeadLettersEndpoint;
import io.durablespring.actuate.DurableDeadLettersEndpointWebExtension;
import io.durablespring.actuate.DurableEndpoint;
import io.durablespring.actuate.DurableHealthIndicator;
import io.durablespring.actuate.DurableInstancesEndpoint;
import io.durablespring.actuate.DurableInstancesEndpointWebExtension;
import io.durablespring.actuate.DurableMeters;
import io.durablespring.actuate.MessageCounters;
import io.durablespring.actuate.MicrometerRuntimeListener;
import io.durablespring.runtime.DefinitionRegistry;
import io.durablespring.runtime.DurableRuntime;
import io.durablespring.spi.InstanceQueries;
import io.durablespring.spi.Outbox;
import io.durablespring.spi.Transport;
import io.micrometer.core.instrument.MeterRegistry;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration of what operators see: endpoints, health and metrics.
 */
@AutoConfiguration(after = DurableAutoConfiguration.class,
		afterName = { "org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration",
				"org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration",
				"org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration" })
@ConditionalOnBooleanProperty(name = "durable.enabled", matchIfMissing = true)
@ConditionalOnBean(DurableRuntime.class)
public final class DurableActuatorAutoConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
	@ConditionalOnAvailableEndpoint(DurableEndpoint.class)
	static class EndpointConfiguration {

		@Bean
		@ConditionalOnMissingBean
		MessageCounters durableMessageCounters() {
			return new MessageCounters();
		}

		@Bean
		@ConditionalOnMissingBean
		DurableEndpoint durableEndpoint(TaskHub taskHub, DefinitionRegistry registry, DurableRuntime runtime,
				InstanceQueries queries, Outbox outbox, Transport transport, MessageCounters counters) {
			return new DurableEndpoint(taskHub.name(), registry, runtime, queries, outbox, transport, counters);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
	@ConditionalOnAvailableEndpoint(DurableDeadLettersEndpoint.class)
	static class DeadLettersEndpointConfiguration {

		@Bean
		@ConditionalOnMissingBean
		DurableDeadLettersEndpoint durableDeadLettersEndpoint(Transport transport,
				ObjectProvider<SanitizingFunction> sanitizingFunctions) {
			return new DurableDeadLettersEndpoint(transport, sanitizingFunctions.orderedStream().toList());
		}

		@Bean
		@ConditionalOnMissingBean
		@ConditionalOnAvailableEndpoint(exposure = EndpointExposure.WEB)
		DurableDeadLettersEndpointWebExtension durableDeadLettersEndpointWebExtension(
				DurableDeadLettersEndpoint endpoint) {
			return new DurableDeadLettersEndpointWebExtension(endpoint);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ ConditionalOnAvailableEndpoint.class, JsonMapper.class })
	@ConditionalOnAvailableEndpoint(DurableInstancesEndpoint.class)
	@EnableConfigurationProperties(DurableInstancesEndpointProperties.class)
	static class InstancesEndpointConfiguration {

		@Bean
		@ConditionalOnMissingBean
		DurableInstancesEndpoint durableInstancesEndpoint(DurableClient client,
				ObjectProvider<SanitizingFunction> sanitizingFunctions) {
			return new DurableInstancesEndpoint(client, sanitizingFunctions.orderedStream().toList());
		}

		@Bean
		@ConditionalOnMissingBean
		@ConditionalOnAvailableEndpoint(exposure = EndpointExposure.WEB)
		DurableInstancesEndpointWebExtension durableInstancesEndpointWebExtension(DurableInstancesEndpoint endpoint,
				DurableInstancesEndpointProperties properties) {
			return new DurableInstancesEndpointWebExtension(endpoint, properties.getShowValues(),
					properties.getRoles());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
	@ConditionalOnEnabledHealthIndicator("durable")
	static class HealthConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "durableHealthIndicator")
		DurableHealthIndicator durableHealthIndicator(Outbox outbox, DurableRuntime runtime, Transport transport,
				ObjectProvider<Clock> clock, DurableProperties properties) {
			return new DurableHealthIndicator(outbox, runtime::heldEntries, runtime::blockedOrchestrators, transport,
					clock.getIfUnique(Clock::systemUTC), new SettingsReader(properties).maxUnsentAge());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterRegistry.class)
	@ConditionalOnBean(MeterRegistry.class)
	static class MetricsConfiguration {

		@Bean
		@ConditionalOnMissingBean
		MicrometerRuntimeListener durableMicrometerListener(MeterRegistry meters) {
			return new MicrometerRuntimeListener(meters);
		}

		@Bean
		@ConditionalOnMissingBean
		DurableMeters durableMeters(DurableRuntime runtime, Transport transport) {
			return new DurableMeters(runtime, transport);
		}

	}

}
