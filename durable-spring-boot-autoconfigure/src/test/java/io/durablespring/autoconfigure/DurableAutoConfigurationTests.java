package io.durablespring.autoconfigure;

import java.lang.reflect.Type;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import io.durablespring.Activity;
import io.durablespring.DurableClient;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.Orchestrator;
import io.durablespring.Payload;
import io.durablespring.bean.UnknownActivityCallException;
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
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DurableAutoConfiguration}.
 */
class DurableAutoConfigurationTests {

	private final ApplicationContextRunner empty = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DurableAutoConfiguration.class));

	private final ApplicationContextRunner runner = this.empty.withPropertyValues("durable.transport=in-process")
		.withBean(InMemoryStore.class);

	@Test
	void anAnnotatedBeanRunsDurably() {
		this.runner.withBean(Greetings.class).run((context) -> {
			DurableClient client = context.getBean(DurableClient.class);
			String id = client.start(Greetings::greet, new Name("Ada"));
			OrchestrationMetadata done = client.awaitCompletion(id, Duration.ofSeconds(30));
			assertThat(done.status()).isEqualTo(InstanceStatus.COMPLETED);
			assertThat(done.readOutputAs(String.class)).isEqualTo("Hello, Ada!");
		});
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void virtualThreadsAreUsedOnRequest() {
		this.runner.withPropertyValues("spring.threads.virtual.enabled=true").run((context) -> {
			CompletableFuture<String> name = new CompletableFuture<>();
			context.getBean(DurableThreads.class)
				.executor()
				.execute(() -> name.complete(Thread.currentThread().toString()));
			assertThat(name.get(10, TimeUnit.SECONDS)).startsWith("VirtualThread").contains("durable-");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "false", "true" })
	@EnabledForJreRange(max = JRE.JAVA_20)
	void withoutVirtualThreadsDaemonThreadsAreUsed(boolean requested) {
		this.runner.withPropertyValues("spring.threads.virtual.enabled=" + requested)
			.withBean(Greetings.class)
			.run(DurableAutoConfigurationTests::usesDaemonThreads);
	}

	@Test
	void daemonThreadsAreUsedByDefault() {
		this.runner.withBean(Greetings.class).run(DurableAutoConfigurationTests::usesDaemonThreads);
	}

	private static void usesDaemonThreads(AssertableApplicationContext context) throws Exception {
		CompletableFuture<Thread> thread = new CompletableFuture<>();
		context.getBean(DurableThreads.class).executor().execute(() -> thread.complete(Thread.currentThread()));
		assertThat(thread.get(10, TimeUnit.SECONDS)).matches(Thread::isDaemon)
			.extracting(Thread::getName)
			.asString()
			.startsWith("durable-");
		assertThat(context.getBean(DurableRuntime.class).isRunning()).isTrue();
	}

	@Test
	void theNodeRunsAsLongAsTheContext() {
		DurableRuntime[] runtime = new DurableRuntime[1];
		this.runner.run((context) -> {
			runtime[0] = context.getBean(DurableRuntime.class);
			assertThat(runtime[0].isRunning()).isTrue();
		});
		assertThat(runtime[0].isRunning()).isFalse();
	}

	@Test
	void theNodeStartsAfterTheWebServerAndStopsBeforeIt() {
		this.runner.run((context) -> assertThat(context.getBean(DurableLifecycle.class).getPhase())
			.isGreaterThan(WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE));
	}

	@Test
	void aLazyApplicationStartsItsNode() {
		this.runner.withBean(Greetings.class)
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> {
				assertThat(context.getBean(DurableRuntime.class).isRunning()).isTrue();
				assertThat(context.getBean(DefinitionRegistry.class).orchestrator("greet")).isPresent();
			});
	}

	@Test
	void itCanBeSwitchedOff() {
		this.empty.withPropertyValues("durable.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(DurableClient.class)
				.doesNotHaveBean(DurableProperties.class));
	}

	@Test
	void withoutStoreItFails() {
		this.empty.withPropertyValues("durable.transport=in-process")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(MissingPortException.class)
				.hasMessageStartingWith("No OrchestrationStore bean"));
	}

	@Test
	void withoutTransportItFails() {
		this.empty.withBean(InMemoryStore.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(MissingPortException.class)
				.hasMessageStartingWith("No Transport bean"));
	}

	@Test
	void withoutJacksonItNeedsACodec() {
		ApplicationContextRunner without = this.runner.withClassLoader(new FilteredClassLoader(JsonMapper.class));
		without.run((context) -> assertThat(context).getFailure()
			.rootCause()
			.isInstanceOf(MissingPortException.class)
			.hasMessageStartingWith("No PayloadCodec bean"));
		without.withBean(OwnCodec.class).run((context) -> assertThat(context).hasNotFailed());
	}

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
				String id = client.start(Greetings::greet, new Name("Ada"));
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
				assertThat(context.getBean(JsonMapper.class).writeValueAsString(new Name("x")))
					.isEqualTo("{\"first_name\":\"x\"}");
				assertThat(context.getBean(PayloadCodec.class).write(new Name("x")))
					.isEqualTo(Payload.of("{\"firstName\":\"x\"}"));
			});
	}

	@Test
	void payloadsFollowTheirOwnCustomizers() {
		this.runner
			.withBean(DurableJsonMapperCustomizer.class,
					() -> (builder) -> builder.propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE))
			.run((context) -> assertThat(context.getBean(PayloadCodec.class).write(new Name("x")))
				.isEqualTo(Payload.of("{\"first-name\":\"x\"}")));
	}

	@ParameterizedTest
	@CsvSource({ "'',durable", "spring.application.name=shop,shop",
			"spring.application.name=My shop (new),My-shop-new-", "durable.task-hub=a.B_c-1,a.B_c-1",
			"durable.task-hub=,durable" })
	void theTaskHubIsNamed(String property, String expected) {
		this.runner.withPropertyValues(property.isEmpty() ? new String[0] : new String[] { property })
			.run((context) -> assertThat(context).getBean(TaskHub.class).isEqualTo(new TaskHub(expected)));
	}

	@Test
	void propertiesReachTheRuntime() {
		this.runner
			.withPropertyValues("durable.orchestrations.max-cached=5", "durable.activities.max-concurrent=6",
					"durable.max-payload-size=7KB", "durable.outbox.claim-time=8s", "durable.outbox.poll-interval=3s",
					"durable.inbox.retention=1d", "durable.activities.drain-timeout=0", "durable.stack-traces=false",
					"durable.orchestrations.non-determinism=fail", "durable.orchestrations.verify-inputs=true",
					"durable.client.require-registered-names=false")
			.run((context) -> assertThat(context).getBean(RuntimeSettings.class)
				.isEqualTo(new RuntimeSettings(5, 6, 7 * 1024, Duration.ofSeconds(8), Duration.ofSeconds(3),
						Duration.ofDays(1), Duration.ZERO, false, true, true, false)));
	}

	@Test
	void theDefaultsAreThoseOfTheRuntime() {
		this.runner
			.run((context) -> assertThat(context).getBean(RuntimeSettings.class).isEqualTo(RuntimeSettings.defaults()));
	}

	@ParameterizedTest
	@CsvSource({ "durable.task-hub,a hub", "durable.max-payload-size,0B", "durable.max-payload-size,3GB",
			"durable.orchestrations.max-cached,-1", "durable.activities.max-concurrent,0",
			"durable.activities.drain-timeout,-1s", "durable.outbox.claim-time,0s", "durable.outbox.poll-interval,6s",
			"durable.outbox.poll-interval,0s", "durable.inbox.retention,-1d", "durable.in-process.lanes,0" })
	void anIllegalValueFailsNamingItsProperty(String name, String value) {
		this.runner.withPropertyValues(name + "=" + value)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class, (ex) -> {
					assertThat(ex.getName()).isEqualTo(name);
					assertThat(ex.getReason()).isNotEmpty();
				}));
	}

	@Test
	void callsOfUnknownActivitiesFailUnlessThatIsSwitchedOff() {
		this.runner.withBean(CallsElsewhere.class)
			.run((context) -> assertThat(context).getFailure().isInstanceOf(UnknownActivityCallException.class));
		this.runner.withBean(CallsElsewhere.class)
			.withPropertyValues("durable.verify-activity-calls=false")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	record Name(String firstName) {
	}

	static class Greetings {

		@Orchestrator
		String greet(OrchestrationContext context, Name name) {
			return context.callActivity(Greetings::sayHello, name).await();
		}

		@Activity
		String sayHello(Name name) {
			return "Hello, " + name.firstName() + "!";
		}

	}

	static class CallsElsewhere {

		@Orchestrator
		void order(OrchestrationContext context) {
			context.callActivity(Greetings::sayHello, new Name("x")).await();
		}

	}

	static class OwnCodec implements PayloadCodec {

		@Override
		public Payload write(Object value) {
			return Payload.of("1");
		}

		@Override
		public Object read(Payload payload, Type type) {
			return null;
		}

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
