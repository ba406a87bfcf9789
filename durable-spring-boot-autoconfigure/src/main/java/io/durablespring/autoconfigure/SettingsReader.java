package io.durablespring.autoconfigure;

import java.time.Duration;

import io.durablespring.runtime.RuntimeSettings;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * Checks properties and turns them into what the runtime takes.
 */
final class SettingsReader {

	private static final String DEFAULT_TASK_HUB = "durable";

	private final DurableProperties properties;

	SettingsReader(DurableProperties properties) {
		this.properties = properties;
	}

	TaskHub taskHub(Environment environment) {
		String configured = this.properties.getTaskHub();
		if (StringUtils.hasText(configured)) {
			check(TaskHub.isLegal(configured), "durable.task-hub", configured,
					"It becomes part of names of topics: use 1 to %d letters, digits, dots, underscores and hyphens."
						.formatted(TaskHub.MAX_LENGTH));
			return new TaskHub(configured);
		}
		String application = environment.getProperty("spring.application.name", "");
		return StringUtils.hasText(application) ? TaskHub.of(application) : new TaskHub(DEFAULT_TASK_HUB);
	}

	RuntimeSettings settings() {
		DurableProperties.Orchestrations orchestrations = this.properties.getOrchestrations();
		RuntimeSettings defaults = RuntimeSettings.defaults();
		return new RuntimeSettings(cachedExecutions(), maxConcurrentActivities(defaults), maxPayloadBytes(),
				positive("durable.outbox.claim-time", this.properties.getOutbox().getClaimTime()), pollInterval(),
				positive("durable.inbox.retention", this.properties.getInbox().getRetention()), drainTimeout(),
				this.properties.isStackTraces(),
				orchestrations.getNonDeterminism() == DurableProperties.NonDeterminism.FAIL,
				orchestrations.isVerifyInputs(), this.properties.getClient().isRequireRegisteredNames());
	}

	int lanes() {
		int lanes = this.properties.getInProcess().getLanes();
		check(lanes >= 1, "durable.in-process.lanes", lanes, "It must be at least 1.");
		return lanes;
	}

	Duration maxUnsentAge() {
		return positive("durable.health.max-unsent-age", this.properties.getHealth().getMaxUnsentAge());
	}

	private int cachedExecutions() {
		int value = this.properties.getOrchestrations().getMaxCached();
		check(value >= 0, "durable.orchestrations.max-cached", value, "It must not be negative.");
		return value;
	}

	private int maxConcurrentActivities(RuntimeSettings defaults) {
		Integer value = this.properties.getActivities().getMaxConcurrent();
		if (value == null) {
			return defaults.maxConcurrentActivities();
		}
		check(value >= 1, "durable.activities.max-concurrent", value, "It must be at least 1.");
		return value;
	}

	private int maxPayloadBytes() {
		DataSize value = this.properties.getMaxPayloadSize();
		check(value.toBytes() >= 1 && value.toBytes() <= Integer.MAX_VALUE, "durable.max-payload-size", value,
				"It must be from 1B to 2047MB.");
		return (int) value.toBytes();
	}

	private Duration pollInterval() {
		DurableProperties.Outbox outbox = this.properties.getOutbox();
		Duration value = positive("durable.outbox.poll-interval", outbox.getPollInterval());
		check(value.multipliedBy(2).compareTo(outbox.getClaimTime()) <= 0, "durable.outbox.poll-interval", value,
				"It must be at most half of durable.outbox.claim-time, which is %s: claims are extended at this interval."
					.formatted(outbox.getClaimTime()));
		return value;
	}

	private Duration drainTimeout() {
		Duration value = this.properties.getActivities().getDrainTimeout();
		check(!value.isNegative(), "durable.activities.drain-timeout", value, "It must not be negative.");
		return value;
	}

	static Duration positive(String name, Duration value) {
		check(value.toMillis() > 0, name, value, "It must be at least one millisecond.");
		return value;
	}

	static void check(boolean valid, String name, @Nullable Object value, String reason) {
		if (!valid) {
			throw new InvalidConfigurationPropertyValueException(name, value, reason);
		}
	}

}
