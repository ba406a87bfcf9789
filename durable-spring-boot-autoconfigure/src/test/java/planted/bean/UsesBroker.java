package planted.bean;

import org.apache.kafka.common.TopicPartition;

/**
 * Breaks a rule: Kafka is for its adapter.
 */
final class UsesBroker {

	TopicPartition partition;

}
