package io.durablespring.autoconfigure;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.durablespring.DurableClient;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.history.PayloadCodec;
import io.durablespring.local.InMemoryStore;
import io.durablespring.runtime.DefinitionRegistry;
import io.durablespring.runtime.DurableRuntime;
import io.durablespring.spi.Transport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.web.server.context.WebServerApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DurableAutoConfiguration}.
 *
 * @see ApplicationBeansTests
 * @see DurablePropertiesTests
 */
class DurableAutoConfigurationTests {

	private final ApplicationContextRunner runner = ContextRunners.inMemory();

	@Test
	void anAnnotatedBeanRunsDurably() {
		this.runner.withBean(Greetings.class).run((context) -> {
			DurableClient client = context.getBean(DurableClient.class);
			String id = client.start(Greetings::greet, new Greetings.Name("Ada"));
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
				assertThat(context.getBean(DefinitionRegistry.class).orchestrators("greet")).hasSize(1);
			});
	}

	@Test
	void itCanBeSwitchedOff() {
		ContextRunners.withoutPorts()
			.withPropertyValues("durable.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(DurableClient.class)
				.doesNotHaveBean(DurableProperties.class));
	}

	@Test
	void withoutStoreItFails() {
		ContextRunners.withoutPorts()
			.withPropertyValues("durable.transport=in-process")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(MissingPortException.class)
				.hasMessageStartingWith("No OrchestrationStore bean"));
	}

	@Test
	void withoutTransportItFails() {
		ContextRunners.withoutPorts()
			.withBean(InMemoryStore.class)
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

}
