package io.durablespring.autoconfigure;

import io.durablespring.kafka.KafkaTransportSettings.ActivityMode;

/**
 * How activity calls are consumed from Kafka.
 */
public class DurableKafkaActivitiesProperties {

	/**
	 * How nodes share activity calls: by partitions, or one by one in a share group,
	 * which needs Kafka 4.2 and topics with one partition.
	 */
	private ActivityMode mode = ActivityMode.CLASSIC;

	public ActivityMode getMode() {
		return this.mode;
	}

	public void setMode(ActivityMode mode) {
		this.mode = mode;
	}

}
