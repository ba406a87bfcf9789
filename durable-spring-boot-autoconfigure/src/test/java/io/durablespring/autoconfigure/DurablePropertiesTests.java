package io.durablespring.autoconfigure;

import java.time.Duration;

import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.bean.UnknownActivityCallException;
import io.durablespring.local.InProcessTransport;
import io.durablespring.runtime.RuntimeSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DurableProperties} and what the auto-configuration makes of them.
 */
class DurablePropertiesTests {

	private final ApplicationContextRunner runner = ContextRunners.inMemory();

	@ParameterizedTest
	@CsvSource({ "'',durable", "spring.application.name=shop,shop",
			"spring.application.name=My shop (new),My-shop-new-", "durable.task-hub=a.B_c-1,a.B_c-1",
			"durable.task-hub=,durable" })
	void theTaskHubIsNamed(String property, String expected) {
		this.runner.withPropertyValues(property.isEmpty() ? new String[0] : new String[] { property })
			.run((context) -> assertThat(context).getBean(TaskHub.class).isEqualTo(new TaskHub(expected)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "in-process", "in_process", "IN_PROCESS", "inProcess" })
	void theTransportIsChosenInAnySpelling(String transport) {
		this.runner.withPropertyValues("durable.transport=" + transport)
			.run((context) -> assertThat(context).hasSingleBean(InProcessTransport.class));
	}

	@Test
	void propertiesReachTheRuntime() {
		this.runner
			.withPropertyValues("durable.orchestrations.max-cached=5", "durable.activities.max-concurrent=6",
					"durable.max-payload-size=7KB", "durable.outbox.claim-time=8s", "durable.outbox.poll-interval=3s",
					"durable.inbox.retention=1d", "durable.activities.drain-timeout=0", "durable.stack-traces=false",
					"durable.orchestrations.non-determinism=fail", "durable.orchestrations.verify-inputs=true",
					"durable.client.require-registered-names=false")
			.run((context) -> assertThat(context).getBean(RuntimeSettings.class)
				.isEqualTo(new RuntimeSettings(5, 6, 7 * 1024, Duration.ofSeconds(8), Duration.ofSeconds(3),
						Duration.ofDays(1), Duration.ZERO, false, true, true, false)));
	}

	@Test
	void theDefaultsAreThoseOfTheRuntime() {
		this.runner
			.run((context) -> assertThat(context).getBean(RuntimeSettings.class).isEqualTo(RuntimeSettings.defaults()));
	}

	@ParameterizedTest
	@CsvSource({ "durable.task-hub,a hub", "durable.max-payload-size,0B", "durable.max-payload-size,3GB",
			"durable.orchestrations.max-cached,-1", "durable.activities.max-concurrent,0",
			"durable.activities.drain-timeout,-1s", "durable.outbox.claim-time,0s", "durable.outbox.poll-interval,6s",
			"durable.outbox.poll-interval,0s", "durable.inbox.retention,-1d", "durable.in-process.lanes,0" })
	void anIllegalValueFailsNamingItsProperty(String name, String value) {
		this.runner.withPropertyValues(name + "=" + value)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class, (ex) -> {
					assertThat(ex.getName()).isEqualTo(name);
					assertThat(ex.getReason()).isNotEmpty();
				}));
	}

	@Test
	void callsOfUnknownActivitiesFailUnlessThatIsSwitchedOff() {
		this.runner.withBean(CallsElsewhere.class)
			.run((context) -> assertThat(context).getFailure().isInstanceOf(UnknownActivityCallException.class));
		this.runner.withBean(CallsElsewhere.class)
			.withPropertyValues("durable.verify-activity-calls=false")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	static class CallsElsewhere {

		@Orchestrator
		void order(OrchestrationContext context) {
			context.callActivity(Greetings::sayHello, new Greetings.Name("x")).await();
		}

	}

}
