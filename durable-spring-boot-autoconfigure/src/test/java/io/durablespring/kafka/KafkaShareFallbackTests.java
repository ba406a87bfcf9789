package io.durablespring.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import io.durablespring.history.Message;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Where share groups are wanted and not to be had, calls are consumed in classic mode.
 */
@ExtendWith(OutputCaptureExtension.class)
class KafkaShareFallbackTests {

	private final String hub = "fallback-" + UUID.randomUUID();

	private final String topic = this.hub + ".activities";

	@Test
	void aBrokerWithoutShareGroupsIsUsedInClassicMode(CapturedOutput output) throws Exception {
		EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, 1);
		broker.brokerProperties(Map.of("auto.create.topics.enable", "false", "offsets.topic.num.partitions", "1"));
		broker.afterPropertiesSet();
		try {
			disableShareGroups(broker.getBrokersAsString());
			runACallInClassicMode(TestBroker.transport(TestBroker.sharing(this.hub), broker.getBrokersAsString()), 4);
			assertThat(output)
				.containsOnlyOnce("durable.kafka.activities.mode=share is not possible for any topic, so calls are"
						+ " consumed in classic mode: feature share.version is not enabled on the broker at "
						+ broker.getBrokersAsString())
				.contains("kafka-features.sh upgrade --feature share.version=1");
		}
		finally {
			broker.destroy();
		}
	}

	private static void disableShareGroups(String servers) throws Exception {
		try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
			admin
				.updateFeatures(
						Map.of("share.version", new FeatureUpdate((short) 0, FeatureUpdate.UpgradeType.SAFE_DOWNGRADE)),
						new UpdateFeaturesOptions())
				.all()
				.get(30, TimeUnit.SECONDS);
			Awaitility.await()
				.until(() -> !admin.describeFeatures()
					.featureMetadata()
					.get(30, TimeUnit.SECONDS)
					.finalizedFeatures()
					.containsKey("share.version"));
		}
	}

	@Test
	void aTopicWithSeveralPartitionsIsUsedInClassicMode(CapturedOutput output) throws Exception {
		try (Admin admin = TestBroker.admin()) {
			admin.createTopics(List.of(new NewTopic(this.topic, Optional.of(3), Optional.empty()))).all().get();
		}
		runACallInClassicMode(TestBroker.transport(TestBroker.sharing(this.hub), TestBroker.servers()), 3);
		assertThat(output).containsOnlyOnce("durable.kafka.activities.mode=share is not possible for topic '"
				+ this.topic + "', so calls are consumed in classic mode: the topic has 3 partitions");
	}

	@Test
	void aBrokerThatDoesNotAnswerIsNotTakenForAnOldOne(CapturedOutput output) {
		Admin admin = Admin.create(Map.of("bootstrap.servers", "localhost:1"));
		try {
			BrokerLink link = new BrokerLink(admin, "localhost:1");
			assertThatExceptionOfType(BrokerUnreachableException.class)
				.isThrownBy(() -> link.shareObstacle(Duration.ofMillis(300)));
			assertThat(output).doesNotContain("is not possible");
		}
		finally {
			// Without waiting for an answer that never comes.
			admin.close(Duration.ZERO);
		}
	}

	private void runACallInClassicMode(KafkaTransport transport, int partitions) throws Exception {
		try (Node node = Node.of(transport).start(Set.of(""))) {
			transport.send(List.of(new Message.ToActivity("x:1", "a", "x", 1, "copy", null, null)), false)
				.toCompletableFuture()
				.get(30, TimeUnit.SECONDS);
			Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> node.deliveries().size() == 1);
			assertThat(transport.status().details()).containsEntry("activityModes", Map.of(this.topic, "classic"));
			assertThat(transport.status().details().get("partitions")).asString()
				.contains(this.topic + "=" + partitions);
		}
	}

}
