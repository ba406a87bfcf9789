package io.durablespring.runtime;

import java.lang.reflect.Method;
import java.lang.reflect.Type;

import io.durablespring.RetryPolicy;
import io.durablespring.engine.Locality;
import io.durablespring.spi.TransactionSettings;
import org.jspecify.annotations.Nullable;

/**
 * An annotated method, ready to be invoked.
 *
 * @param name the name it is registered under
 * @param version the orchestrator's version; {@code null} if it has none of its own
 * @param queue the activity's queue, empty for the default; empty for orchestrators
 * @param retryPolicy when failed calls of the activity are tried again; {@code null} for
 * never
 * @param beanType the bean's class, without proxies
 * @param method the annotated method
 * @param inputType the input's type; {@code null} if it takes none
 * @param resultType the result's type
 * @param invoker how to invoke it
 * @param transaction the transaction of the store in which the activity runs;
 * {@code null} for none
 * @param timeouts how long calls of the activity may run
 * @param locality where calls of the activity run
 */
public record Definition(String name, @Nullable String version, String queue, @Nullable RetryPolicy retryPolicy,
		Class<?> beanType, Method method, @Nullable Type inputType, Type resultType, Invoker invoker,
		@Nullable TransactionSettings transaction, ActivityTimeouts timeouts, Locality locality) {

	/**
	 * Invokes a bean method. Thread-safe.
	 */
	@FunctionalInterface
	public interface Invoker {

		/**
		 * Invokes the method.
		 * @param arguments the arguments, as many as the method has parameters
		 * @return what it returns
		 * @throws Throwable what it throws, without any wrapper
		 */
		@Nullable Object invoke(@Nullable Object... arguments) throws Throwable;

	}

	/**
	 * Replaces the type variables in the types of methods by what they stand for in the
	 * bean's class. Thread-safe.
	 */
	@FunctionalInterface
	public interface TypeResolver {

		/**
		 * Resolves the type of a parameter or result.
		 * @param type the type as it is declared
		 * @param method the method that declares it
		 * @param beanType the bean's class, which may inherit the method
		 * @return the type
		 */
		Type resolve(Type type, Method method, Class<?> beanType);

	}

}
