package io.durablespring.autoconfigure;

import java.time.Duration;

import io.durablespring.runtime.RuntimeSettings;
import io.durablespring.runtime.Versioning;

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

	private static final int MAX_VERSION = 100;

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

	RuntimeSettings settings(DurableActivityProperties activities) {
		DurableProperties.Orchestrations orchestrations = this.properties.getOrchestrations();
		return new RuntimeSettings(cachedExecutions(),
				activities.maxConcurrent(RuntimeSettings.defaults().maxConcurrentActivities()), payloads(),
				positive("durable.outbox.claim-time", this.properties.getOutbox().getClaimTime()), pollInterval(),
				positive("durable.inbox.retention", this.properties.getInbox().getRetention()),
				activities.checkedDrainTimeout(),
				positive("durable.client.longest-look", this.properties.getClient().getLongestLook()),
				this.properties.isStackTraces(),
				orchestrations.getNonDeterminism() == DurableProperties.NonDeterminism.FAIL,
				orchestrations.isVerifyInputs(), this.properties.getClient().isRequireRegisteredNames(), limits(),
				versioning(), activities.retryPolicies());
	}

	private RuntimeSettings.Payloads payloads() {
		DataSize threshold = this.properties.getPayloadThreshold();
		check(threshold.toBytes() >= 1 && threshold.toBytes() <= Integer.MAX_VALUE, "durable.payload-threshold",
				threshold, "It must be from 1B to 2047MB, and less than the broker's message.max.bytes.");
		return new RuntimeSettings.Payloads(maxPayloadBytes(), (int) threshold.toBytes());
	}

	private RuntimeSettings.Limits limits() {
		DurableProperties.Orchestrations orchestrations = this.properties.getOrchestrations();
		int maxActions = orchestrations.getMaxActions();
		check(maxActions >= 1, "durable.orchestrations.max-actions", maxActions, "It must be at least 1.");
		return new RuntimeSettings.Limits(maxActions,
				positive("durable.orchestrations.blocked-warning", orchestrations.getBlockedWarning()),
				positive("durable.orchestrations.max-blocked", orchestrations.getMaxBlocked()));
	}

	private Versioning versioning() {
		DurableVersioningProperties versioning = this.properties.getVersioning();
		String defaultVersion = StringUtils.hasText(versioning.getDefaultVersion()) ? versioning.getDefaultVersion()
				: null;
		check(defaultVersion == null || defaultVersion.length() <= MAX_VERSION, "durable.versioning.default-version",
				defaultVersion, "It must have at most %d characters.".formatted(MAX_VERSION));
		return new Versioning(defaultVersion, versioning.getMatchStrategy(), versioning.getFailureStrategy());
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
