package io.durablespring.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
 */
record Receiving(GroupProtocol protocol, ActivityDispatcher dispatcher, List<ActivityQueueConsumer> activities,
		@Nullable AbstractMessageListenerContainer<String, byte[]> orchestrations,
		@Nullable AbstractMessageListenerContainer<String, byte[]> versions) {

	void start() {
		this.dispatcher.start();
		this.activities.forEach((activity) -> activity.container().start());
		if (this.orchestrations != null) {
			this.orchestrations.start();
		}
		if (this.versions != null) {
			this.versions.start();
		}
	}

	void stop(Duration timeout) {
		this.dispatcher.stop(timeout);
		this.activities.forEach(ActivityQueueConsumer::drain);
		if (this.orchestrations != null) {
			this.orchestrations.stop();
		}
		if (this.versions != null) {
			this.versions.stop();
		}
	}

	void close() {
		this.activities.forEach((activity) -> activity.container().stop());
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
		for (ActivityQueueConsumer activity : this.activities) {
			if (!activity.container().isInExpectedState()) {
				return "The consumer of topic " + activity.container().getBeanName() + " has stopped";
			}
		}
		return null;
	}

	Map<String, String> topicsByGroup(Topics topics) {
		Map<String, String> byGroup = new HashMap<>();
		if (this.orchestrations != null) {
			put(byGroup, this.orchestrations, topics.orchestrations());
		}
		if (this.versions != null) {
			put(byGroup, this.versions, topics.versions());
		}
		this.activities.forEach((activity) -> put(byGroup, activity.container(), activity.topic()));
		return byGroup;
	}

	private static void put(Map<String, String> byGroup, MessageListenerContainer container, String topic) {
		String group = container.getGroupId();
		if (group != null) {
			byGroup.put(group, topic);
		}
	}

}
