package io.durablespring.benchmarks;

import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Two topics of one partition each.
 *
 * @param orchestrations for starts and results
 * @param activities for calls
 */
record CeilingTopics(String orchestrations, String activities) {

	static CeilingTopics create(String broker, String workload) throws Exception {
		CeilingTopics topics = new CeilingTopics("ceiling." + workload + ".orchestrations",
				"ceiling." + workload + ".activities");
		try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker))) {
			admin
				.createTopics(List.of(new NewTopic(topics.orchestrations, 1, (short) 1),
						new NewTopic(topics.activities, 1, (short) 1)))
				.all()
				.get();
		}
		return topics;
	}

	ProducerRecord<String, String> record(CeilingMessage message) {
		boolean call = message.type() == CeilingMessage.CALL;
		return new ProducerRecord<>(call ? this.activities : this.orchestrations, message.id(), message.text());
	}

}
