package io.durablespring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a bean method as an orchestrator: ordinary sequential code whose progress is
 * recorded and replayed.
 * <p>
 * The method takes an {@link OrchestrationContext} and, optionally, one input; it may
 * return a result. Its code must be deterministic: everything that differs between two
 * runs (time, random values, I/O) comes from the context or from an activity.
 *
 * <pre class="code">
 * &#64;Orchestrator
 * Receipt order(OrchestrationContext ctx, Order order) {
 *     return ctx.callActivity(Payments::charge, order).await();
 * }
 * </pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
public @interface Orchestrator {

	/**
	 * The name under which instances are started and stored.
	 * @return the name; empty means the method's name
	 */
	String value() default "";

	/**
	 * The version of this implementation. Implementations of one name with different
	 * versions stand side by side; an instance is pinned to the version it was started
	 * with. Versions are compared part by part as numbers if they are dotted numbers,
	 * otherwise as text without regard to case.
	 * @return the version, at most 100 characters; empty means the application's default
	 * version
	 */
	String version() default "";

}
