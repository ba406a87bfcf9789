package io.durablespring;

import java.io.Serializable;

import org.jspecify.annotations.Nullable;

/**
 * The shapes of activity method that
 * {@link OrchestrationContext#callActivity(Function, Object) callActivity} accepts as a
 * method reference such as {@code Payments::charge}.
 * <p>
 * The reference only names the activity: its bean is found in the registry of the node
 * that runs it, and the reference itself is never invoked. A lambda does not name a
 * method and is rejected.
 */
public final class ActivityMethod {

	private ActivityMethod() {
	}

	/**
	 * An activity with input and result.
	 *
	 * @param <B> the bean's type
	 * @param <I> the input's type
	 * @param <O> the result's type
	 */
	@FunctionalInterface
	public interface Function<B, I extends @Nullable Object, O extends @Nullable Object> extends Serializable {

		O call(B bean, I input) throws Exception;

	}

	/**
	 * An activity with a result and no input.
	 *
	 * @param <B> the bean's type
	 * @param <O> the result's type
	 */
	@FunctionalInterface
	public interface Supplier<B, O extends @Nullable Object> extends Serializable {

		O call(B bean) throws Exception;

	}

	/**
	 * An activity with input and no result.
	 *
	 * @param <B> the bean's type
	 * @param <I> the input's type
	 */
	@FunctionalInterface
	public interface Consumer<B, I extends @Nullable Object> extends Serializable {

		void call(B bean, I input) throws Exception;

	}

	/**
	 * An activity with neither input nor result.
	 *
	 * @param <B> the bean's type
	 */
	@FunctionalInterface
	public interface Runnable<B> extends Serializable {

		void call(B bean) throws Exception;

	}

}
