package io.durablespring;

import java.io.Serializable;

import org.jspecify.annotations.Nullable;

/**
 * The shapes of orchestrator method that {@link DurableClient#start(Consumer, Object)}
 * accepts as a method reference such as {@code Orders::order}. A method that returns a
 * result fits as well: starting does not wait for it.
 * <p>
 * The reference only names the orchestrator and is never invoked.
 */
public final class OrchestratorMethod {

	private OrchestratorMethod() {
	}

	/**
	 * An orchestrator with input.
	 *
	 * @param <B> the bean's type
	 * @param <I> the input's type
	 */
	@FunctionalInterface
	public interface Consumer<B, I extends @Nullable Object> extends Serializable {

		void call(B bean, OrchestrationContext context, I input) throws Exception;

	}

	/**
	 * An orchestrator without input.
	 *
	 * @param <B> the bean's type
	 */
	@FunctionalInterface
	public interface Runnable<B> extends Serializable {

		void call(B bean, OrchestrationContext context) throws Exception;

	}

}
