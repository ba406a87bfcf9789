package planted.jpa;

import planted.kafka.Topic;

/**
 * Breaks two rules: adapters do not know each other, and this is one half of a cycle.
 */
final class UsesKafka {

	Topic topic;

}
