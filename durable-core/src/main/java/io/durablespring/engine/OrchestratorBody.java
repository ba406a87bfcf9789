package io.durablespring.engine;

import java.lang.reflect.Type;

import io.durablespring.OrchestrationContext;
import io.durablespring.Payload;
import org.jspecify.annotations.Nullable;

/**
 * The code of an orchestrator, as the engine runs it.
 */
@FunctionalInterface
public interface OrchestratorBody {

	/**
	 * Runs the code from its beginning.
	 * @param context what the code uses
	 * @param input the serialised input
	 * @return the serialised result
	 * @throws Throwable what the code throws
	 */
	@Nullable Payload run(OrchestrationContext context, @Nullable Payload input) throws Throwable;

	/**
	 * The declared type of the input, for continuing as new.
	 * @return the type, {@code null} if it takes none or nobody knows
	 */
	default @Nullable Type inputType() {
		return null;
	}

}
