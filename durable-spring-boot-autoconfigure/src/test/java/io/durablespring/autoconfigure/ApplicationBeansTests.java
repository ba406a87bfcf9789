package io.durablespring.autoconfigure;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

import io.durablespring.DurableClient;
import io.durablespring.Payload;
import io.durablespring.history.HistoryCodec;
import io.durablespring.history.Message;
import io.durablespring.history.PayloadCodec;
import io.durablespring.json.DurableJsonMapperCustomizer;
import io.durablespring.json.JacksonPayloadCodec;
import io.durablespring.json.JacksonRecordFormat;
import io.durablespring.local.InMemoryStore;
import io.durablespring.local.InProcessTransport;
import io.durablespring.runtime.DefinitionRegistry;
import io.durablespring.runtime.DurableRuntime;
import io.durablespring.runtime.RuntimePorts;
import io.durablespring.runtime.RuntimeSettings;
import io.durablespring.spi.Transport;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DurableAutoConfiguration} beside beans of the application.
 */
class ApplicationBeansTests {

	private final ApplicationContextRunner runner = ContextRunners.inMemory();

	@Test
	void beansOfTheApplicationComeFirst() {
		this.runner.withUserConfiguration(OwnBeans.class).withBean(OwnCodec.class).run((context) -> {
			assertThat(context).hasNotFailed().doesNotHaveBean(InProcessTransport.class);
			assertThat(context).getBean(TaskHub.class).isEqualTo(new TaskHub("mine"));
			assertThat(context).getBean(PayloadCodec.class).isInstanceOf(OwnCodec.class);
			assertThat(context).getBean(HistoryCodec.class).isSameAs(OwnBeans.HISTORY_CODEC);
			assertThat(context).getBean(RuntimeSettings.class).isSameAs(OwnBeans.SETTINGS);
			assertThat(context).getBean(DurableThreads.class).isSameAs(OwnBeans.THREADS);
			assertThat(context).getBean(DefinitionRegistry.class).isSameAs(OwnBeans.REGISTRY);
			assertThat(context).getBean(Transport.class).isSameAs(OwnBeans.TRANSPORT);
		});
	}

	@Test
	void aRuntimeAndAClientOfTheApplicationComeFirst() {
		this.runner.withUserConfiguration(OwnRuntime.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(DurableRuntime.class)
				.getBean(DurableClient.class)
				.isSameAs(context.getBean(DurableRuntime.class).client()));
	}

	@Test
	void theApplicationsClockIsUsed() {
		Instant now = Instant.parse("2026-11-20T10:15:30Z");
		this.runner.withBean(Greetings.class)
			.withBean(Clock.class, () -> Clock.fixed(now, ZoneOffset.UTC))
			.run((context) -> {
				DurableClient client = context.getBean(DurableClient.class);
				String id = client.start(Greetings::greet, new Greetings.Name("Ada"));
				assertThat(client.get(id).orElseThrow().createdAt()).isEqualTo(now);
			});
	}

	@Test
	void theApplicationsTaskExecutorStays() {
		this.runner.withConfiguration(AutoConfigurations.of(TaskExecutionAutoConfiguration.class))
			.run((context) -> assertThat(context).hasBean("applicationTaskExecutor")
				.getBeans(Executor.class)
				.hasSize(1));
	}

	@Test
	void payloadsDoNotFollowTheApplicationsMapper() {
		this.runner.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class))
			.withPropertyValues("spring.jackson.property-naming-strategy=SNAKE_CASE")
			.run((context) -> {
				assertThat(context.getBean(JsonMapper.class).writeValueAsString(new Greetings.Name("x")))
					.isEqualTo("{\"first_name\":\"x\"}");
				assertThat(context.getBean(PayloadCodec.class).write(new Greetings.Name("x")))
					.isEqualTo(Payload.of("{\"firstName\":\"x\"}"));
			});
	}

	@Test
	void payloadsFollowTheirOwnCustomizers() {
		this.runner
			.withBean(DurableJsonMapperCustomizer.class,
					() -> (builder) -> builder.propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE))
			.run((context) -> assertThat(context.getBean(PayloadCodec.class).write(new Greetings.Name("x")))
				.isEqualTo(Payload.of("{\"first-name\":\"x\"}")));
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnBeans {

		static final HistoryCodec HISTORY_CODEC = new HistoryCodec(new JacksonRecordFormat());

		static final RuntimeSettings SETTINGS = RuntimeSettings.defaults();

		static final DurableThreads THREADS = DurableThreads.platform();

		static final DefinitionRegistry REGISTRY = new DefinitionRegistry();

		static final Transport TRANSPORT = new NoTransport();

		@Bean
		TaskHub hub() {
			return new TaskHub("mine");
		}

		@Bean
		HistoryCodec historyCodec() {
			return HISTORY_CODEC;
		}

		@Bean
		RuntimeSettings settings() {
			return SETTINGS;
		}

		@Bean
		DurableThreads threads() {
			return THREADS;
		}

		@Bean
		DefinitionRegistry registry() {
			return REGISTRY;
		}

		@Bean
		Transport transport() {
			return TRANSPORT;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnRuntime {

		@Bean
		DurableRuntime ownRuntime(DefinitionRegistry registry, InMemoryStore store, Transport transport) {
			return new DurableRuntime(RuntimeSettings.defaults(), registry,
					new RuntimePorts(store, store, store, transport,
							new JacksonPayloadCodec(JacksonPayloadCodec.mapperBuilder().build()), Clock.systemUTC(),
							Runnable::run, List.of()));
		}

	}

	static class NoTransport implements Transport {

		@Override
		public void start(Subscription subscription, Receiver receiver) {
		}

		@Override
		public void stop() {
		}

		@Override
		public void close() {
		}

		@Override
		public CompletionStage<?> send(List<? extends Message> messages, boolean resent) {
			return new CompletableFuture<>();
		}

		@Override
		public void deadLetter(Message message, String reason) {
		}

		@Override
		public Status status() {
			return new Status("none", null, Map.of(), Map.of());
		}

	}

}
