package io.durablespring.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.durablespring.kafka.KafkaTransportSettings.ActivityMode;
import io.durablespring.kafka.KafkaTransportSettings.GroupProtocol;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;
import org.springframework.kafka.listener.MessageListenerContainer;

/**
 * The consumers of one node.
 *
 * @param protocol how they share partitions with other nodes
 * @param dispatcher delivers activity calls
 * @param activities a consumer for each queue
 * @param orchestrations the consumers of the orchestrations topic, if the node has them
 * @param versions the consumer of what other versions have handed on, if the node has it
 * @param notices what nodes tell each other
 * @param delivery delivers what the node has for its own instances
 */
record Receiving(GroupProtocol protocol, ActivityDispatcher dispatcher, List<ActivityConsumer> activities,
		@Nullable AbstractMessageListenerContainer<String, byte[]> orchestrations,
		@Nullable AbstractMessageListenerContainer<String, byte[]> versions, NoticeTopic notices,
		OrchestrationDelivery delivery) {

	void start() {
		// First: whoever this node asks later must be able to answer.
		this.notices.start();
		this.dispatcher.start();
		this.activities.forEach(ActivityConsumer::start);
		if (this.orchestrations != null) {
			this.orchestrations.start();
		}
		if (this.versions != null) {
			this.versions.start();
		}
	}

	void stop(Duration timeout) {
		this.dispatcher.stop(timeout);
		this.activities.forEach(ActivityConsumer::drain);
		if (this.orchestrations != null) {
			this.orchestrations.stop();
			this.delivery.stop(timeout);
		}
		if (this.versions != null) {
			this.versions.stop();
		}
		this.notices.stop(timeout);
	}

	void close(Duration timeout) {
		this.activities.forEach((activity) -> activity.close(timeout));
	}

	/**
	 * What is wrong with the consumers.
	 * @return a sentence, {@code null} if nothing is
	 */
	@Nullable String problem() {
		if (this.orchestrations != null && !this.orchestrations.isInExpectedState()) {
			return "The consumers of the orchestrations topic have stopped";
		}
		if (this.versions != null && !this.versions.isInExpectedState()) {
			return "The consumer of the versions topic has stopped";
		}
		return this.activities.stream()
			.flatMap((activity) -> Stream.ofNullable(activity.problem()))
			.findFirst()
			.orElse(null);
	}

	/** The topics of the consumer groups. */
	Map<String, String> topicsByGroup(Topics topics) {
		Map<String, String> byGroup = new HashMap<>();
		if (this.orchestrations != null) {
			put(byGroup, this.orchestrations, topics.orchestrations());
		}
		if (this.versions != null) {
			put(byGroup, this.versions, topics.versions());
		}
		byGroup.putAll(activities(ActivityMode.CLASSIC));
		return byGroup;
	}

	/** The topics of the share groups. */
	Map<String, String> topicsByShareGroup() {
		return activities(ActivityMode.SHARE);
	}

	private Map<String, String> activities(ActivityMode mode) {
		return this.activities.stream()
			.filter((activity) -> activity.mode() == mode)
			.collect(Collectors.toMap(ActivityConsumer::group, ActivityConsumer::topic));
	}

	/** How the calls of each topic are shared. */
	Map<String, String> activityModes() {
		return this.activities.stream()
			.collect(Collectors.toMap(ActivityConsumer::topic,
					(activity) -> activity.mode().name().toLowerCase(Locale.ROOT)));
	}

	private static void put(Map<String, String> byGroup, MessageListenerContainer container, String topic) {
		String group = container.getGroupId();
		if (group != null) {
			byGroup.put(group, topic);
		}
	}

}
