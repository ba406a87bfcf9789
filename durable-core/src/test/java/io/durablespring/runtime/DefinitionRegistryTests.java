package io.durablespring.runtime;

import java.lang.reflect.Method;
import java.util.concurrent.CompletableFuture;

import io.durablespring.Activity;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.Task;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What can be an orchestrator or activity. Signatures are also tested where beans are
 * scanned.
 */
class DefinitionRegistryTests {

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
