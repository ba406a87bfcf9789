package io.durablespring.autoconfigure;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import io.durablespring.Activity;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.local.InMemoryStore;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the failure analyzers, as Spring Boot finds them.
 */
class FailureAnalyzerTests {

	private static final String HERE = FailureAnalyzerTests.class.getName();

	private final ApplicationContextRunner empty = ContextRunners.withoutPorts();

	private final ApplicationContextRunner runner = ContextRunners.inMemory();

	@Test
	void aDuplicateName() {
		assertThat(text(this.runner.withBean(Payments.class).withBean(Refunds.class))).isEqualTo("""
				Two methods are an @Activity named 'charge':

					- %1$s$Payments.charge
					- %1$s$Refunds.charge

				Give one of them another name, for example @Activity("Refunds.charge"). Instances that are under way \
				find the method by its name, so let the older method keep it.""".formatted(HERE));
	}

	@Test
	void aDuplicateBean() {
		assertThat(text(this.runner.withBean("one", Payments.class).withBean("two", Payments.class))).isEqualTo("""
				Two beans have the method %s$Payments.charge, an @Activity named 'charge'.

				Keep one of the beans, or leave the annotation to subclasses that give it a name of their own."""
			.formatted(HERE));
	}

	@Test
	void aWrongSignature() {
		assertThat(text(this.runner.withBean(WithoutContext.class))).isEqualTo(
				"""
						%s$WithoutContext.order is an @Orchestrator but takes (String).

						Give it an OrchestrationContext and at most one input: Result order(OrchestrationContext ctx, Input input)."""
					.formatted(HERE));
	}

	@Test
	void anUnknownActivity() {
		assertThat(text(this.runner.withBean(Payments.class).withBean(Orders.class)).replaceAll("line \\d+", "line 1"))
			.isEqualTo(
					"""
							Orchestrators call activities that this application does not have:

								- %1$s$Orders.order (line 1) calls Payments::audit, which is not an @Activity.
								- %1$s$Orders.order (line 1) calls Refunds::charge, but no bean of this application is a %1$s$Refunds.

							Annotate the method with @Activity, make its class a bean, and name it by a reference such as \
							Payments::charge. If another application of the task hub runs it, set \
							durable.verify-activity-calls=false."""
						.formatted(HERE));
	}

	@Test
	void noStore() {
		assertThat(text(this.empty.withPropertyValues("durable.transport=in-process"))).isEqualTo(
				"""
						Durable orchestrations cannot run: there is no place to keep orchestrations (no OrchestrationStore bean).

						Keep them in a relational database: add io.durablespring:durable-spring-boot-starter (or \
						spring-boot-starter-data-jpa) and a JDBC driver, and set spring.datasource.url.
						Or register a bean that implements OrchestrationStore, Outbox and InstanceQueries.
						Or set durable.enabled=false.""");
	}

	@Test
	void noTransport() {
		assertThat(text(this.empty.withBean(InMemoryStore.class))).isEqualTo("""
				Durable orchestrations cannot run: nothing carries messages (no Transport bean).

				Use Kafka: add io.durablespring:durable-spring-boot-starter (or spring-boot-starter-kafka) and set \
				spring.kafka.bootstrap-servers.
				Or set durable.transport=in-process, which needs no broker and serves one node.
				Or register a Transport bean.""");
	}

	@Test
	void noCodec() {
		assertThat(text(
				this.runner.withClassLoader(new FilteredClassLoader(tools.jackson.databind.json.JsonMapper.class))))
			.isEqualTo("""
					Durable orchestrations cannot run: inputs and results cannot be written (no PayloadCodec bean).

					Add spring-boot-starter-jackson, or register beans of type PayloadCodec and HistoryCodec.""");
	}

	@Test
	void anIllegalProperty() {
		assertThat(text(this.runner.withPropertyValues("durable.task-hub=a/b"))).contains(
				"Invalid value 'a/b' for configuration property 'durable.task-hub'",
				"It becomes part of names of topics: use 1 to 100 letters, digits, dots, underscores and hyphens.");
	}

	private static String text(ApplicationContextRunner runner) {
		AtomicReference<Environment> environment = new AtomicReference<>();
		AtomicReference<FailureAnalysis> analysis = new AtomicReference<>();
		runner.withInitializer((context) -> environment.set(context.getEnvironment())).run((context) -> {
			assertThat(context).hasFailed();
			ArgumentResolver arguments = ArgumentResolver.of(Environment.class, environment.get())
				.and(BeanFactory.class, new DefaultListableBeanFactory());
			analysis.set(SpringFactoriesLoader.forDefaultResourceLocation()
				.load(FailureAnalyzer.class, arguments, (type, name, failure) -> {
				})
				.stream()
				.map((analyzer) -> analyzer.analyze(context.getStartupFailure()))
				.filter(Objects::nonNull)
				.findFirst()
				.orElseThrow());
		});
		return analysis.get().getDescription() + "\n\n" + analysis.get().getAction();
	}

	static class Payments {

		@Activity
		void charge() {
		}

		void audit() {
		}

	}

	static class Refunds {

		@Activity
		void charge() {
		}

	}

	static class WithoutContext {

		@Orchestrator
		void order(String input) {
		}

	}

	static class Orders {

		@Orchestrator
		void order(OrchestrationContext context) {
			context.callActivity(Payments::charge);
			context.callActivity(Payments::audit);
			context.callActivity(Refunds::charge);
		}

	}

}
