package io.durablespring.autoconfigure;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import io.durablespring.Activity;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.Retry;
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
	void aDuplicateVersion() {
		assertThat(text(this.runner.withBean(FirstShipping.class).withBean(OtherShipping.class))).isEqualTo("""
				Two methods are an @Orchestrator named 'ship' of version '1.0':

					- %1$s$FirstShipping.ship
					- %1$s$OtherShipping.ship

				Give one of them another version or another name, for example \
				@Orchestrator(value = "ship", version = "1.0.1") or @Orchestrator("OtherShipping.ship"). A method \
				without a version has that of 'durable.versioning.default-version'. Instances that are under way \
				find the method by name and version, so let the older method keep both.""".formatted(HERE));
	}

	@Test
	void noVersionTwice() {
		assertThat(text(this.runner.withBean(Unversioned.class).withBean(Again.class))).contains(
				"Two methods are an @Orchestrator named 'ship':",
				"for example @Orchestrator(value = \"ship\", version = \"2\") or @Orchestrator(\"Again.ship\").");
	}

	@Test
	void aVersionThatIsTheDefault() {
		assertThat(text(this.runner.withBean(FirstShipping.class)
			.withBean(Unversioned.class)
			.withPropertyValues("durable.versioning.default-version=1")))
			.contains("Two methods are an @Orchestrator named 'ship' of version '1':", "$FirstShipping.ship",
					"$Unversioned.ship", "durable.versioning.default-version");
	}

	@Test
	void aVersionThatIsTooLong() {
		assertThat(text(this.runner.withBean(LongVersion.class))).isEqualTo("""
				%s$LongVersion.ship has a version of 101 characters.

				It is stored with every instance: use at most 100 characters.""".formatted(HERE));
	}

	@Test
	void anIllegalRetryPolicy() {
		assertThat(text(this.runner.withBean(Impatient.class))).isEqualTo("""
				%s$Impatient.charge has a @Retry that is not legal: 'soon' is not a duration.

				Say maxAttempts, from 1 on; durations are written as 500ms, 5s, 2m, 1h or 1d and are not negative, \
				the coefficient is at least 1, and jitter is from 0 to 1.""".formatted(HERE));
	}

	@Test
	void anIllegalRetryProperty() {
		assertThat(text(this.runner.withPropertyValues("durable.activities.retry.copyFile.max-attempts=0"))).contains(
				"Invalid value '0' for configuration property 'durable.activities.retry.copyFile.max-attempts'",
				"It must be at least 1, for the first attempt counts.");
	}

	@Test
	void aRetryPolicyWithADotInItsName() {
		assertThat(text(this.runner.withPropertyValues("durable.activities.retry.Ship.parcel.max-attempts=3")))
			.contains("durable.activities.retry.ship.parcel.max-attempts", "left unbound");
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
							Orchestrators call what this application does not have:

								- %1$s$Orders.order (line 1) calls Payments::audit, which is not an @Activity.
								- %1$s$Orders.order (line 1) calls Refunds::charge, but no bean of this application is a %1$s$Refunds.

							Annotate the method with @Activity or @Orchestrator, make its class a bean, and name it by a \
							reference such as Payments::charge. If another application of the task hub runs it, set \
							durable.verify-calls=false."""
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

	static class FirstShipping {

		@Orchestrator(version = "1")
		void ship(OrchestrationContext context) {
		}

	}

	static class OtherShipping {

		@Orchestrator(version = "1.0")
		void ship(OrchestrationContext context) {
		}

	}

	static class Unversioned {

		@Orchestrator
		void ship(OrchestrationContext context) {
		}

	}

	static class Again {

		@Orchestrator
		void ship(OrchestrationContext context) {
		}

	}

	static class LongVersion {

		private static final String TEN = "1234567890";

		@Orchestrator(version = TEN + TEN + TEN + TEN + TEN + TEN + TEN + TEN + TEN + TEN + "1")
		void ship(OrchestrationContext context) {
		}

	}

	static class Impatient {

		@Activity(retry = @Retry(maxAttempts = 3, firstRetryInterval = "soon"))
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
