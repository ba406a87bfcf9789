package io.durablespring.kafka;

import java.time.Duration;

import io.durablespring.kafka.KafkaTransportSettings.ActivityMode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether calls are consumed by share groups: if that is wanted and the broker is able
 * to. Says what stands in the way otherwise. Thread-safe.
 */
final class ShareMode {

	private static final Logger logger = LoggerFactory.getLogger(ShareMode.class);

	private final boolean wanted;

	private final BrokerLink link;

	private final Duration timeout;

	private @Nullable Boolean possible;

	ShareMode(KafkaTransportSettings settings, BrokerLink link) {
		this.wanted = settings.activityMode() == ActivityMode.SHARE;
		this.link = link;
		this.timeout = settings.brokerTimeout();
	}

	/**
	 * The share group of a topic. No consumer group of ours can have its name, for no
	 * topic can.
	 */
	static String group(String topic) {
		return topic + ":share";
	}

	/**
	 * Whether the broker can do it. Asked once.
	 * @throws BrokerUnreachableException if no broker answers
	 */
	synchronized boolean isPossible() {
		if (!this.wanted) {
			return false;
		}
		Boolean known = this.possible;
		if (known == null) {
			String obstacle = this.link.shareObstacle(this.timeout);
			if (obstacle != null) {
				warn("any topic", obstacle);
			}
			known = obstacle == null;
			this.possible = known;
		}
		return known;
	}

	/**
	 * Whether a topic is consumed by a share group. Makes sure that the group begins with
	 * what the topic has.
	 * @param topic the topic
	 * @param partitions how many partitions it has
	 * @return whether it is; if not, it is consumed in classic mode
	 * @throws BrokerUnreachableException if no broker answers
	 */
	boolean isFor(String topic, int partitions) {
		if (!isPossible()) {
			return false;
		}
		String obstacle = obstacle(topic, partitions);
		if (obstacle != null) {
			warn("topic '" + topic + "'", obstacle);
		}
		return obstacle == null;
	}

	private @Nullable String obstacle(String topic, int partitions) {
		if (partitions != 1) {
			// A busy member would hold up what only it is assigned.
			return "the topic has " + partitions + " partitions and must have one, for brokers divide partitions among"
					+ " the members of a share group. Stop all nodes when no call waits, delete the topic, and start:"
					+ " it is created anew with one";
		}
		String reason = this.link.startAtEarliest(group(topic), this.timeout);
		return (reason == null) ? null
				: "share group '" + group(topic) + "' cannot be told to begin with what the topic has (" + reason
						+ "). Allow this application to alter the configuration of the group, or set"
						+ " share.auto.offset.reset=earliest for it by kafka-configs.sh --entity-type groups";
	}

	private static void warn(String where, String obstacle) {
		logger.warn("durable.kafka.activities.mode=share is not possible for {}, so calls are consumed in classic mode:"
				+ " {}", where, obstacle);
	}

}
