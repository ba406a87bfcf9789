package io.durablespring.autoconfigure;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.RetryPolicy;
import io.durablespring.bean.UnknownCallException;
import io.durablespring.local.InProcessTransport;
import io.durablespring.runtime.RuntimeSettings;
import io.durablespring.runtime.Versioning;
import io.durablespring.runtime.Versioning.FailureStrategy;
import io.durablespring.runtime.Versioning.MatchStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
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
					"durable.client.require-registered-names=false", "durable.client.longest-look=15s",
					"durable.payload-threshold=2KB", "durable.orchestrations.max-actions=9",
					"durable.orchestrations.blocked-warning=4s", "durable.orchestrations.max-blocked=90s",
					"durable.versioning.default-version=1.5", "durable.versioning.match-strategy=strict",
					"durable.versioning.failure-strategy=fail", "durable.activities.retry.charge.max-attempts=3",
					"durable.activities.retry.charge.first-retry-interval=2s",
					"durable.activities.retry.charge.backoff-coefficient=1.5",
					"durable.activities.retry.charge.max-retry-interval=1m",
					"durable.activities.retry.charge.retry-timeout=1h", "durable.activities.retry.charge.jitter=0.5",
					"durable.activities.retry.charge.non-retryable=com.acme.CardDeclined",
					"durable.activities.retry[Ship.parcel].max-attempts=2")
			.run((context) -> assertThat(context).getBean(RuntimeSettings.class)
				.isEqualTo(new RuntimeSettings(5, 6, new RuntimeSettings.Payloads(7 * 1024, 2 * 1024),
						Duration.ofSeconds(8), Duration.ofSeconds(3), Duration.ofDays(1), Duration.ZERO,
						Duration.ofSeconds(15), false, true, true, false,
						new RuntimeSettings.Limits(9, Duration.ofSeconds(4), Duration.ofSeconds(90)),
						new Versioning("1.5", MatchStrategy.STRICT, FailureStrategy.FAIL),
						Map.of("charge",
								new RetryPolicy(3, Duration.ofSeconds(2), 1.5, Duration.ofMinutes(1),
										Duration.ofHours(1), 0.5, Set.of("com.acme.CardDeclined")),
								"Ship.parcel", RetryPolicy.of(2, Duration.ofSeconds(1))))));
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
			"durable.outbox.poll-interval,0s", "durable.inbox.retention,-1d", "durable.in-process.lanes,0",
			"durable.payload-threshold,0B", "durable.orchestrations.max-actions,0",
			"durable.orchestrations.blocked-warning,0s", "durable.client.longest-look,0s" })
	void anIllegalValueFailsNamingItsProperty(String name, String value) {
		this.runner.withPropertyValues(name + "=" + value)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class, (ex) -> {
					assertThat(ex.getName()).isEqualTo(name);
					assertThat(ex.getReason()).isNotEmpty();
				}));
	}

	@ParameterizedTest
	@CsvSource({ "max-attempts,0,It must be at least 1", "max-attempts,-1,It must be at least 1",
			"first-retry-interval,-1s,It must not be negative.", "backoff-coefficient,0.5,It must be at least 1.",
			"backoff-coefficient,NaN,It must be at least 1.", "backoff-coefficient,Infinity,It must be at least 1.",
			"max-retry-interval,-1s,It must not be negative.", "retry-timeout,-1s,It must not be negative.",
			"jitter,1.5,It must be from 0 to 1.", "jitter,-0.1,It must be from 0 to 1.",
			"jitter,NaN,It must be from 0 to 1." })
	void anIllegalRetryPolicyFailsNamingItsPropertyAndTheLegalRange(String name, String value, String range) {
		for (String activity : new String[] { ".charge", ".copyFile", "[Ship.parcel]" }) {
			String prefix = "durable.activities.retry" + activity + ".";
			this.runner.withPropertyValues(prefix + "max-attempts=3", prefix + name + "=" + value)
				.run((context) -> assertThat(context).getFailure()
					.rootCause()
					.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class, (ex) -> {
						assertThat(ex.getName()).isEqualTo(prefix + name);
						assertThat(ex.getReason()).startsWith(range);
					}));
		}
	}

	@Test
	void aRetryPolicySaysHowManyAttemptsThereAre() {
		this.runner.withPropertyValues("durable.activities.retry.default.first-retry-interval=1m")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class,
						(ex) -> assertThat(ex.getName()).isEqualTo("durable.activities.retry.default.max-attempts")));
	}

	@ParameterizedTest
	@CsvSource({ "durable.activities.retry.charge.max-attempts,charge",
			"durable.activities.retry.copyFile.max-attempts,copyFile",
			"durable.activities.retry[copyFile].max-attempts,copyFile",
			"durable.activities.retry.copyFile.maxAttempts,copyFile",
			"durable.activities.retry[Ship.parcel].max-attempts,Ship.parcel",
			"durable.activities.retry[ship/parcel].max-attempts,ship/parcel" })
	void anActivityKeepsTheSpellingOfItsName(String property, String activity) {
		this.runner.withPropertyValues(property + "=2")
			.run((context) -> assertThat(context.getBean(RuntimeSettings.class).retryPolicies())
				.containsOnlyKeys(activity));
	}

	@ParameterizedTest
	@ValueSource(strings = { "durable.activities.retry.Ship.parcel.max-attempts",
			"durable.activities.retry.charge.max-atempts", "durable.activities.max-concurent" })
	void aPropertyOfActivitiesThatThereIsNotFails(String property) {
		this.runner.withPropertyValues(property + "=2")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(UnboundConfigurationPropertiesException.class)
				.hasMessageContaining(property.toLowerCase(Locale.ROOT)));
	}

	@Test
	void aDefaultVersionMustFitIntoItsColumn() {
		this.runner.withPropertyValues("durable.versioning.default-version=" + "1".repeat(101))
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("durable.versioning.default-version"));
	}

	@Test
	void callsOfUnknownActivitiesFailUnlessThatIsSwitchedOff() {
		this.runner.withBean(CallsElsewhere.class)
			.run((context) -> assertThat(context).getFailure().isInstanceOf(UnknownCallException.class));
		this.runner.withBean(CallsElsewhere.class)
			.withPropertyValues("durable.verify-calls=false")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void callsOfUnknownOrchestratorsFailUnlessThatIsSwitchedOff() {
		this.runner.withBean(CallsOrchestratorElsewhere.class)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(UnknownCallException.class)
				.hasMessageContaining("calls Greetings::greet, but no bean of this application is a "));
		this.runner.withBean(CallsOrchestratorElsewhere.class)
			.withPropertyValues("durable.verify-calls=false")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	static class CallsOrchestratorElsewhere {

		@Orchestrator
		void order(OrchestrationContext context) {
			context.callSubOrchestrator(Greetings::greet, new Greetings.Name("x")).await();
		}

	}

	static class CallsElsewhere {

		@Orchestrator
		void order(OrchestrationContext context) {
			context.callActivity(Greetings::sayHello, new Greetings.Name("x")).await();
		}

	}

}
