package io.durablespring.autoconfigure;

import io.durablespring.actuate.DurableDeadLettersEndpoint;
import io.durablespring.actuate.DurableDeadLettersEndpointWebExtension;
import io.durablespring.actuate.DurableEndpoint;
import io.durablespring.actuate.DurableHealthIndicator;
import io.durablespring.actuate.DurableInstancesEndpoint;
import io.durablespring.actuate.DurableInstancesEndpointWebExtension;
import io.durablespring.actuate.DurableMeters;
import io.durablespring.actuate.MessageCounters;
import io.durablespring.actuate.MicrometerRuntimeListener;
import io.durablespring.local.InMemoryStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DurableActuatorAutoConfiguration}.
 */
class DurableActuatorAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(DurableAutoConfiguration.class, DurableActuatorAutoConfiguration.class))
		.withPropertyValues("durable.transport=in-process", "management.endpoints.web.exposure.include=*")
		.withBean(InMemoryStore.class);

	@Test
	void endpointsAndHealthArePresent() {
		this.runner.run((context) -> assertThat(context).hasSingleBean(DurableEndpoint.class)
			.hasSingleBean(DurableInstancesEndpoint.class)
			.hasSingleBean(DurableInstancesEndpointWebExtension.class)
			.hasSingleBean(DurableDeadLettersEndpoint.class)
			.hasSingleBean(DurableDeadLettersEndpointWebExtension.class)
			.hasSingleBean(MessageCounters.class)
			.hasBean("durableHealthIndicator")
			.doesNotHaveBean(MicrometerRuntimeListener.class));
	}

	@Test
	void endpointsAreAbsentUnlessExposed() {
		this.runner.withPropertyValues("management.endpoints.web.exposure.include=health")
			.run((context) -> assertThat(context).doesNotHaveBean(DurableEndpoint.class)
				.doesNotHaveBean(DurableInstancesEndpoint.class)
				.doesNotHaveBean(DurableDeadLettersEndpoint.class)
				.hasSingleBean(DurableHealthIndicator.class));
	}

	@Test
	void overJmxThereIsNoWebExtension() {
		this.runner
			.withPropertyValues("management.endpoints.web.exposure.include=health",
					"management.endpoints.jmx.exposure.include=*", "spring.jmx.enabled=true")
			.run((context) -> assertThat(context).hasSingleBean(DurableInstancesEndpoint.class)
				.doesNotHaveBean(DurableInstancesEndpointWebExtension.class)
				.hasSingleBean(DurableDeadLettersEndpoint.class)
				.doesNotHaveBean(DurableDeadLettersEndpointWebExtension.class));
	}

	@Test
	void healthCanBeSwitchedOff() {
		this.runner.withPropertyValues("management.health.durable.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(DurableHealthIndicator.class));
	}

	@Test
	void metricsNeedAMeterRegistry() {
		this.runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.run((context) -> assertThat(context).hasSingleBean(MicrometerRuntimeListener.class)
				.hasSingleBean(DurableMeters.class));
	}

	@Test
	void metersShowTheNode() {
		this.runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new).run((context) -> {
			MeterRegistry meters = context.getBean(MeterRegistry.class);
			context.getBean(DurableMeters.class).bindTo(meters);
			assertThat(meters.get("durable.executions.cached").gauge().value()).isZero();
			assertThat(meters.get("durable.activities.running").gauge().value()).isZero();
			assertThat(meters.get("durable.outbox.unacknowledged").gauge().value()).isZero();
			assertThat(meters.get("durable.dead.letters.waiting").gauge().value()).isZero();
		});
	}

	@Test
	void beansOfTheApplicationComeFirst() {
		MessageCounters counters = new MessageCounters();
		HealthIndicator health = () -> Health.up().build();
		this.runner.withBean(MessageCounters.class, () -> counters)
			.withBean("durableHealthIndicator", HealthIndicator.class, () -> health)
			.withBean(DurableInstancesEndpoint.class, () -> new DurableInstancesEndpoint(null, java.util.List.of()))
			.withBean(DurableDeadLettersEndpoint.class, () -> new DurableDeadLettersEndpoint(null, java.util.List.of()))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(MessageCounters.class)
				.hasSingleBean(HealthIndicator.class)
				.hasSingleBean(DurableInstancesEndpoint.class)
				.hasSingleBean(DurableDeadLettersEndpoint.class));
	}

	@Test
	void itIsAbsentWithoutTheNode() {
		this.runner.withPropertyValues("durable.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(DurableActuatorAutoConfiguration.class)
				.doesNotHaveBean(DurableEndpoint.class));
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(DurableActuatorAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(DurableEndpoint.class));
	}

	@Test
	void withoutTheActuatorThereAreNoEndpoints() {
		this.runner.withClassLoader(new FilteredClassLoader(ConditionalOnAvailableEndpoint.class, Endpoint.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(DurableEndpoint.class)
				.doesNotHaveBean(DurableDeadLettersEndpoint.class)
				.hasSingleBean(DurableHealthIndicator.class));
	}

	@Test
	void withoutHealthThereIsNoIndicator() {
		this.runner.withClassLoader(new FilteredClassLoader(HealthIndicator.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean("durableHealthIndicator")
				.hasSingleBean(DurableEndpoint.class));
	}

	@Test
	void withoutMicrometerThereAreNoMetrics() {
		this.runner.withClassLoader(new FilteredClassLoader(MeterRegistry.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean("durableMeters")
				.hasSingleBean(DurableEndpoint.class));
	}

	@Test
	void withoutJacksonInstancesAreNotShown() {
		this.runner.withClassLoader(new FilteredClassLoader(JsonMapper.class))
			.withBean(OwnCodec.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(DurableInstancesEndpoint.class)
				.hasSingleBean(DurableDeadLettersEndpoint.class)
				.hasSingleBean(DurableEndpoint.class));
	}

}
