package io.durablespring.endtoend;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.durablespring.DurableClient;
import io.durablespring.InstanceAlreadyExistsException;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.PayloadException;
import io.durablespring.StartOptions;
import io.durablespring.TaskFailedException;
import io.durablespring.endtoend.TestApplication.Desk;
import io.durablespring.endtoend.TestApplication.Invoice;
import io.durablespring.endtoend.TestApplication.Item;
import io.durablespring.endtoend.TestApplication.Order;
import io.durablespring.endtoend.TestApplication.Orders;
import io.durablespring.runtime.RuntimeSettings;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * A user's application on a real broker and a real database.
 */
class KafkaAndPostgresTests {

	private static final String HUB = "hub-" + UUID.randomUUID();

	private static ConfigurableApplicationContext application;

	private static DurableClient client;

	private static JdbcTemplate jdbc;

	@BeforeAll
	static void start() {
		application = new SpringApplicationBuilder(TestApplication.class).web(WebApplicationType.NONE)
			.properties("durable.task-hub=" + HUB, "durable.kafka.partitions=4", "durable.jpa.initialize-schema=always",
					"spring.kafka.bootstrap-servers=" + Servers.broker(),
					"spring.datasource.url=" + Servers.postgresUrl(), "spring.jpa.hibernate.ddl-auto=update",
					"durable.max-payload-size=100KB")
			.run();
		client = application.getBean(DurableClient.class);
		jdbc = application.getBean(JdbcTemplate.class);
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@Test
	void anOrderWithRecordsAndGenericsRunsToItsEnd() throws Exception {
		Order order = new Order("Ann", List.of(new Item("tea", 2), new Item("cups", 4)));
		OrchestrationMetadata finished = finished(client.start(Orders::order, order));
		assertThat(finished.readOutputAs(Invoice.class)).isEqualTo(new Invoice("Ann", Map.of("tea", 2, "cups", 4)));
		assertThat(finished.readInputAs(Order.class)).isEqualTo(order);
		List<String> types = jdbc.queryForList(
				"select event_type from durable_history where hub = ? and instance_id = ? order by sequence_number",
				String.class, HUB, finished.instanceId());
		assertThat(types).startsWith("OrchestratorStarted", "ExecutionStarted", "TaskScheduled")
			.endsWith("ExecutionCompleted");
		assertThat(types).filteredOn("TaskCompleted"::equals).hasSize(4);
	}

	@Test
	void aThousandActivitiesInParallelAndAThousandInSequenceFinish() throws Exception {
		String parallel = client.start(Orders::fanOut, 1000);
		String sequence = client.start(Orders::sequence, 1000);
		assertThat(finished(parallel).readOutputAs(Integer.class)).isEqualTo(499_500);
		assertThat(finished(sequence).readOutputAs(Integer.class)).isEqualTo(499_500);
	}

	@Test
	void aStartInAUsersTransactionCommitsWithIt() throws Exception {
		application.getBean(Desk.class).accept("committed", false);
		assertThat(finished("committed").status()).isEqualTo(InstanceStatus.COMPLETED);
		assertThat(ordersWithId("committed")).isEqualTo(1);
	}

	@Test
	void aStartInAUsersTransactionRollsBackWithIt() throws Exception {
		assertThatIllegalStateException().isThrownBy(() -> application.getBean(Desk.class).accept("rolled-back", true));
		assertThat(client.get("rolled-back")).isEmpty();
		assertThat(ordersWithId("rolled-back")).isZero();
		application.getBean(Desk.class).accept("rolled-back", false);
		assertThat(finished("rolled-back").status()).isEqualTo(InstanceStatus.COMPLETED);
	}

	private int ordersWithId(String id) {
		return jdbc.queryForObject("select count(*) from customer_order where id = ?", Integer.class, id);
	}

	@Test
	void ofManyConcurrentStartsOfOneIdOneWins() throws Exception {
		long winners = IntStream.range(0, 16).parallel().filter((i) -> {
			try {
				client.start(Orders::asleep, StartOptions.instanceId("contended"));
				return true;
			}
			catch (InstanceAlreadyExistsException ex) {
				return false;
			}
		}).count();
		assertThat(winners).isEqualTo(1);
		client.terminate("contended", "test is over");
		assertThat(finished("contended").status()).isEqualTo(InstanceStatus.TERMINATED);
	}

	@Test
	void anInputThatDoesNotDeserialiseFailsTheTask() throws Exception {
		OrchestrationMetadata finished = finished(client.start(Orders::mistyped));
		assertThat(finished.failure().type()).isEqualTo(TaskFailedException.class.getName());
		assertThat(finished.failure().cause().type()).isEqualTo(PayloadException.class.getName());
		assertThat(finished.failure().cause().message()).contains("input of activity 'pack'");
	}

	@Test
	void anOversizedPayloadIsRefusedWhereItIsMade() throws Exception {
		assertThatExceptionOfType(PayloadException.class)
			.isThrownBy(() -> client.start("order", new Order("x".repeat(200_000), List.of())));
		OrchestrationMetadata finished = finished(client.start(Orders::oversized, 200_000));
		assertThat(finished.failure().cause().message()).contains("larger than the limit");
	}

	@Test
	void recordsThatMakeNoSenseAreIsolatedAndTheirPartitionsGoOn() throws Exception {
		try (KafkaProducer<String, String> producer = new KafkaProducer<>(Map.of("bootstrap.servers", Servers.broker()),
				new StringSerializer(), new StringSerializer())) {
			for (int partition = 0; partition < 4; partition++) {
				producer.send(new ProducerRecord<>(HUB + ".orchestrations", partition, "nobody", "{ not json")).get();
				producer.send(new ProducerRecord<>(HUB + ".activities", partition, "nobody", "{ not json")).get();
			}
		}
		for (int i = 0; i < 8; i++) {
			assertThat(finished(client.start(Orders::sequence, 3)).readOutputAs(Integer.class)).isEqualTo(3);
		}
	}

	@Test
	void activitiesThatKillTheirThreadsFailAndGiveTheirPlacesBack() throws Exception {
		int morePoisonThanPlaces = 3 * RuntimeSettings.defaults().maxConcurrentActivities();
		assertThat(finished(client.start(Orders::poisoned, morePoisonThanPlaces)).readOutputAs(Integer.class))
			.isEqualTo(morePoisonThanPlaces);
		assertThat(finished(client.start(Orders::fanOut, 10)).readOutputAs(Integer.class)).isEqualTo(45);
	}

	@Test
	void theOutboxDrains() throws Exception {
		for (int i = 0; i < 20; i++) {
			finished(client.start(Orders::sequence, 3));
		}
		await().atMost(20, TimeUnit.SECONDS)
			.until(() -> jdbc.queryForObject(
					"select count(*) from durable_outbox where hub = ? and due_at < current_timestamp", Integer.class,
					HUB) == 0);
	}

	private static OrchestrationMetadata finished(String instanceId) throws Exception {
		return client.awaitCompletion(instanceId, Duration.ofSeconds(60));
	}

}
