package io.durablespring.runtime;

import java.lang.reflect.Method;
import java.util.concurrent.CompletableFuture;

import io.durablespring.Activity;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.Retry;
import io.durablespring.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What can be an orchestrator or activity. Signatures are also tested where beans are
 * scanned.
 */
class DefinitionRegistryTests {

	private static final String SIXTEEN = "0123456789abcdef";

	private final DefinitionRegistry registry = new DefinitionRegistry();

	@Test
	void aResultThatIsNotThereYetIsRefused() throws Exception {
		Method activity = Methods.class.getDeclaredMethod("later");
		assertThatExceptionOfType(InvalidDefinitionException.class)
			.isThrownBy(() -> this.registry.addActivity(activity.getAnnotation(Activity.class), Methods.class, activity,
					(arguments) -> null))
			.withMessageContaining("returns a CompletableFuture")
			.withMessageContaining("return its value");
		Method orchestrator = Methods.class.getDeclaredMethod("task", OrchestrationContext.class);
		assertThatExceptionOfType(InvalidDefinitionException.class)
			.isThrownBy(() -> this.registry.addOrchestrator(orchestrator.getAnnotation(Orchestrator.class),
					Methods.class, orchestrator, (arguments) -> null))
			.withMessageContaining("returns a Task");
	}

	@Test
	void aVersionThatFitsNoStoreIsRefused() throws Exception {
		Method longest = Versions.class.getDeclaredMethod("longest", OrchestrationContext.class);
		add(longest);
		assertThat(this.registry.orchestrators("order")).hasSize(1);
		assertThatExceptionOfType(InvalidDefinitionException.class)
			.isThrownBy(() -> add(Versions.class.getDeclaredMethod("tooLong", OrchestrationContext.class)))
			.withMessage(Versions.class.getName() + ".tooLong has a version of 101 characters. "
					+ "It is stored with every instance: use at most 100 characters.");
	}

	@Test
	void aNameThatFitsNoStoreIsRefused() {
		assertThatExceptionOfType(InvalidDefinitionException.class)
			.isThrownBy(() -> add(Versions.class.getDeclaredMethod("longName", OrchestrationContext.class)))
			.withMessageContaining("has a name of 257 characters");
	}

	@Test
	void versionsThatAreEqualAreRefused() throws Exception {
		add(Versions.class.getDeclaredMethod("one", OrchestrationContext.class));
		assertThatExceptionOfType(DuplicateNameException.class)
			.isThrownBy(() -> add(Versions.class.getDeclaredMethod("oneAgain", OrchestrationContext.class)))
			.withMessageEndingWith("are @Orchestrator(\"order\") of version 1.0")
			.satisfies((ex) -> assertThat(ex.version()).isEqualTo("1.0"));
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '|', value = { "noAttempt,maxAttempts must be at least 1 but is -1",
			"unsaid,maxAttempts must be at least 1 but is 0", "noDuration,'5 seconds' is not a duration",
			"endless,'99999999999999999d' is not a duration",
			"shrinking,backoffCoefficient must be at least 1 but is 0.5", "wild,jitter must be from 0 to 1 but is 2.0",
			"backwards,retryTimeout must not be negative but is PT-1S" })
	void aRetryPolicyThatIsNotLegalIsRefused(String name, String problem) throws Exception {
		Method activity = Retries.class.getDeclaredMethod(name);
		assertThatExceptionOfType(InvalidDefinitionException.class)
			.isThrownBy(() -> this.registry.addActivity(activity.getAnnotation(Activity.class), Retries.class, activity,
					(arguments) -> null))
			.withMessageStartingWith(
					Retries.class.getName() + "." + name + " has a @Retry that is not legal: " + problem + ". ");
	}

	private void add(Method orchestrator) {
		this.registry.addOrchestrator(orchestrator.getAnnotation(Orchestrator.class), orchestrator.getDeclaringClass(),
				orchestrator, (arguments) -> null);
	}

	static class Versions {

		@Orchestrator("n" + SIXTEEN + SIXTEEN + SIXTEEN + SIXTEEN + SIXTEEN + SIXTEEN + SIXTEEN + SIXTEEN + SIXTEEN
				+ SIXTEEN + SIXTEEN + SIXTEEN + SIXTEEN + SIXTEEN + SIXTEEN + SIXTEEN)
		void longName(OrchestrationContext context) {
		}

		private static final String TEN = "1234567890";

		@Orchestrator(value = "order", version = TEN + TEN + TEN + TEN + TEN + TEN + TEN + TEN + TEN + TEN)
		void longest(OrchestrationContext context) {
		}

		@Orchestrator(value = "order", version = TEN + TEN + TEN + TEN + TEN + TEN + TEN + TEN + TEN + TEN + "1")
		void tooLong(OrchestrationContext context) {
		}

		@Orchestrator(value = "order", version = "1")
		void one(OrchestrationContext context) {
		}

		@Orchestrator(value = "order", version = "1.0")
		void oneAgain(OrchestrationContext context) {
		}

	}

	static class Retries {

		@Activity(retry = @Retry(firstRetryInterval = "5s"))
		void unsaid() {
		}

		@Activity(retry = @Retry(maxAttempts = -1))
		void noAttempt() {
		}

		@Activity(retry = @Retry(firstRetryInterval = "5 seconds"))
		void noDuration() {
		}

		@Activity(retry = @Retry(maxAttempts = 2, maxRetryInterval = "99999999999999999d"))
		void endless() {
		}

		@Activity(retry = @Retry(maxAttempts = 2, backoffCoefficient = 0.5))
		void shrinking() {
		}

		@Activity(retry = @Retry(maxAttempts = 2, jitter = 2))
		void wild() {
		}

		@Activity(retry = @Retry(maxAttempts = 2, retryTimeout = "PT-1S"))
		void backwards() {
		}

	}

	static class Methods {

		@Activity
		CompletableFuture<String> later() {
			return new CompletableFuture<>();
		}

		@Orchestrator
		Task<String> task(OrchestrationContext context) {
			return context.callActivity("later", null, String.class);
		}

	}

}
