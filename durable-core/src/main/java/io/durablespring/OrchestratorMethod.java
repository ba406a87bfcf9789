package io.durablespring;

import java.io.Serializable;

import org.jspecify.annotations.Nullable;

/**
 * The shapes of orchestrator method that {@link DurableClient#start(Consumer, Object)}
 * and {@link OrchestrationContext#callSubOrchestrator(Function, Object)} accept as a
 * method reference such as {@code Orders::order}. For a start, a method that returns a
 * result fits a shape without one: starting does not wait for it.
 * <p>
 * The reference only names the orchestrator and is never invoked.
 */
public final class OrchestratorMethod {

	private OrchestratorMethod() {
	}

	/**
	 * An orchestrator with input and result.
	 *
	 * @param <B> the bean's type
	 * @param <I> the input's type
	 * @param <O> the result's type
	 */
	@FunctionalInterface
	public interface Function<B, I extends @Nullable Object, O extends @Nullable Object> extends Serializable {

		O call(B bean, OrchestrationContext context, I input) throws Exception;

	}

	/**
	 * An orchestrator with a result and no input.
	 *
	 * @param <B> the bean's type
	 * @param <O> the result's type
	 */
	@FunctionalInterface
	public interface Supplier<B, O extends @Nullable Object> extends Serializable {

		O call(B bean, OrchestrationContext context) throws Exception;

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
