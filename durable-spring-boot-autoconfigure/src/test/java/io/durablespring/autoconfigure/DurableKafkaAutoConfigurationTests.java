package io.durablespring.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.durablespring.Activity;
import io.durablespring.DurableClient;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.Orchestrator;
import io.durablespring.history.HistoryCodec;
import io.durablespring.json.JacksonRecordFormat;
import io.durablespring.kafka.KafkaTransport;
import io.durablespring.kafka.KafkaTransportSettings;
import io.durablespring.kafka.KafkaTransportSettings.ActivityMode;
import io.durablespring.kafka.KafkaTransportSettings.GroupProtocol;
import io.durablespring.kafka.TestBroker;
import io.durablespring.local.InMemoryStore;
import io.durablespring.local.InProcessTransport;
import io.durablespring.runtime.RuntimeSettings;
import io.durablespring.spi.Transport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.kafka.autoconfigure.DefaultKafkaConsumerFactoryCustomizer;
import org.springframework.boot.kafka.autoconfigure.DefaultKafkaProducerFactoryCustomizer;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaConnectionDetails;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.map;

/**
 * Tests for {@link DurableKafkaAutoConfiguration}.
 */
class DurableKafkaAutoConfigurationTests {

	private static final String NOBODY = "localhost:1";

	private final ApplicationContextRunner node = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(KafkaAutoConfiguration.class, DurableKafkaAutoConfiguration.class,
				DurableAutoConfiguration.class))
		.withBean(InMemoryStore.class);

	/** Without the lifecycle, so nothing connects. */
	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(KafkaAutoConfiguration.class, DurableKafkaAutoConfiguration.class))
		.withBean(TaskHub.class, () -> new TaskHub("hub"))
		.withBean(HistoryCodec.class, () -> new HistoryCodec(new JacksonRecordFormat()))
		.withBean(RuntimeSettings.class, RuntimeSettings::defaults)
		.withPropertyValues("spring.kafka.bootstrap-servers=" + NOBODY);

	@Test
	void kafkaIsTheDefault() {
		this.runner.run((context) -> assertThat(context).hasSingleBean(KafkaTransport.class));
		this.runner.withPropertyValues("durable.transport=kafka")
			.run((context) -> assertThat(context).hasSingleBean(KafkaTransport.class));
	}

	@Test
	void anotherTransportCanBeChosen() {
		this.runner.withPropertyValues("durable.transport=in-process")
			.run((context) -> assertThat(context).doesNotHaveBean(Transport.class));
	}

	@Test
	void aTransportOfTheApplicationComesFirst() {
		this.runner.withBean(InProcessTransport.class, () -> new InProcessTransport(1))
			.run((context) -> assertThat(context).hasSingleBean(Transport.class).doesNotHaveBean(KafkaTransport.class));
	}

	@Test
	void nothingHappensWhenDurableIsDisabled() {
		this.runner.withPropertyValues("durable.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(Transport.class));
	}

	@Test
	void nothingHappensWithoutSpringKafka() {
		this.runner.withClassLoader(new FilteredClassLoader(KafkaMessageListenerContainer.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(Transport.class));
	}

	@Test
	void nothingHappensWithoutBootsKafkaModule() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(DurableKafkaAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader(KafkaConnectionDetails.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(Transport.class));
	}

	@Test
	void everyPropertyIsRead() {
		this.runner
			.withPropertyValues("durable.kafka.create-topics=false", "durable.kafka.partitions=3",
					"durable.kafka.replication-factor=2", "durable.kafka.concurrency=5",
					"durable.kafka.group-protocol=classic", "durable.kafka.activities.mode=share",
					"durable.kafka.startup-timeout=1s", "durable.kafka.offset-commit-interval=2s",
					"durable.kafka.retry-backoff=3s", "durable.kafka.direct-delivery=false")
			.run((context) -> assertThat(
					context.getBean(DurableKafkaProperties.class).settings("hub", Duration.ofDays(4)))
				.isEqualTo(new KafkaTransportSettings("hub", 3, (short) 2, false, 5, false, GroupProtocol.CLASSIC,
						ActivityMode.SHARE, Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3),
						Duration.ofDays(4))));
	}

	@ParameterizedTest
	@CsvSource({ "partitions,0", "replication-factor,0", "concurrency,0", "startup-timeout,0s",
			"offset-commit-interval,0s", "retry-backoff,-1s" })
	void anIllegalValueFailsNamingItsProperty(String name, String value) {
		this.runner.withPropertyValues("durable.kafka." + name + "=" + value)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class,
						(ex) -> assertThat(ex.getName()).isEqualTo("durable.kafka." + name)));
	}

	@Test
	void theDefaultsAreTheTransports() {
		KafkaTransportSettings defaults = KafkaTransportSettings.defaults("hub");
		assertThat(new DurableKafkaProperties().settings("hub", RuntimeSettings.defaults().receivedRetention()))
			.isEqualTo(defaults);
	}

	@Test
	void clientsConnectAsBootsDoAndKeepWhatTheTransportNeeds() {
		List<DefaultKafkaConsumerFactory<?, ?>> consumers = new ArrayList<>();
		List<DefaultKafkaProducerFactory<?, ?>> producers = new ArrayList<>();
		SslBundle bundle = SslBundle.of(null);
		this.runner
			.withPropertyValues("spring.kafka.properties.metrics.num.samples=7", "spring.kafka.producer.acks=0",
					"spring.kafka.producer.compression-type=lz4", "spring.kafka.producer.transaction-id-prefix=tx",
					"spring.kafka.producer.properties.linger.ms=50", "spring.kafka.producer.retries=0")
			.withBean(KafkaConnectionDetails.class, () -> connection(bundle))
			.withBean(DefaultKafkaConsumerFactoryCustomizer.class, () -> consumers::add)
			.withBean(DefaultKafkaProducerFactoryCustomizer.class, () -> producers::add)
			.run((context) -> {
				assertThat(context.getBean(KafkaTransport.class).status().details()).containsEntry("bootstrapServers",
						"broker:9092");
				// One is Boot's own, for the application.
				assertThat(consumers).allSatisfy((factory) -> assertThat(factory.getConfigurationProperties())
					.containsEntry("bootstrap.servers", List.of("broker:9092"))
					.containsEntry("security.protocol", "SSL")
					.containsEntry(SslBundle.class.getName(), bundle)
					.containsEntry("metrics.num.samples", "7"));
				assertThat(consumers).isNotEmpty();
				assertThat(producers).extracting(DefaultKafkaProducerFactory::getConfigurationProperties)
					.filteredOn((properties) -> "all".equals(properties.get("acks")))
					.singleElement(map(String.class, Object.class))
					.containsEntry("linger.ms", 0)
					.containsEntry("enable.idempotence", true)
					.containsEntry("retries", Integer.MAX_VALUE)
					.containsEntry("compression.type", "lz4")
					.containsEntry("security.protocol", "SSL")
					.containsEntry(SslBundle.class.getName(), bundle)
					.doesNotContainKey("transactional.id");
			});
	}

	@Test
	void anUnreachableBrokerFailsTheStartSoonAndSaysWhatToDo() {
		long before = System.nanoTime();
		this.node.withPropertyValues("spring.kafka.bootstrap-servers=" + NOBODY, "durable.kafka.startup-timeout=300ms")
			.run((context) -> {
				assertThat(context).hasFailed();
				assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(15));
				assertUnreachable(context.getStartupFailure(), NOBODY + ": nothing within 300 ms");
			});
	}

	@Test
	void aHostThatDoesNotExistIsSaidToBeUnreachable() {
		this.node.withPropertyValues("spring.kafka.bootstrap-servers=no-such-host.invalid:9092").run((context) -> {
			assertThat(context).hasFailed();
			assertUnreachable(context.getStartupFailure(), "no-such-host.invalid:9092: ");
		});
	}

	private static void assertUnreachable(@Nullable Throwable failure, String text) {
		assertThat(failure).isNotNull();
		FailureAnalysis analysis = new BrokerUnreachableFailureAnalyzer().analyze(failure);
		assertThat(analysis).isNotNull();
		assertThat(analysis.getDescription()).contains("No Kafka broker answers at " + text);
		assertThat(analysis.getAction()).contains("spring.kafka.bootstrap-servers")
			.contains("durable.kafka.startup-timeout")
			.contains("durable.transport=in-process");
	}

	@Test
	void annotatedBeansRunOverARealBroker() {
		this.node
			.withPropertyValues("spring.kafka.bootstrap-servers=" + TestBroker.servers(),
					"durable.task-hub=app-" + UUID.randomUUID())
			.withBean(Sums.class)
			.run((context) -> {
				DurableClient client = context.getBean(DurableClient.class);
				String id = client.start(Sums::countTo, 20);
				OrchestrationMetadata done = client.awaitCompletion(id, Duration.ofSeconds(60));
				assertThat(done.status()).isEqualTo(InstanceStatus.COMPLETED);
				assertThat(done.readOutputAs(Integer.class)).isEqualTo(20);
			});
	}

	private static KafkaConnectionDetails connection(SslBundle bundle) {
		return new KafkaConnectionDetails() {

			@Override
			public List<String> getBootstrapServers() {
				return List.of("broker:9092");
			}

			@Override
			public SslBundle getSslBundle() {
				return bundle;
			}

			@Override
			public String getSecurityProtocol() {
				return "SSL";
			}

		};
	}

	static class Sums {

		@Orchestrator
		int countTo(OrchestrationContext context, int limit) {
			int sum = 0;
			while (sum < limit) {
				sum = context.callActivity(Sums::increment, sum).await();
			}
			return sum;
		}

		@Activity(queue = "sums")
		int increment(int number) {
			return number + 1;
		}

	}

}
