package io.durablespring;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The {@link RetryPolicy} of an {@link Activity}, for calls that bring none of their own.
 * Properties {@code durable.activities.retry.<name>.*} win over it.
 * <p>
 * Durations are written as {@code 500ms}, {@code 5s}, {@code 2m}, {@code 1h} or
 * {@code 1d}, or in ISO-8601 form.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({})
public @interface Retry {

	/**
	 * How many attempts there are at most, the first included.
	 * @return the number; 1 means that nothing is tried again, also if there is a policy
	 * for all activities
	 */
	int maxAttempts() default 0;

	/**
	 * The time before the first retry.
	 * @return a duration
	 */
	String firstRetryInterval() default "1s";

	/**
	 * What the interval is multiplied by for each further retry.
	 * @return the factor, at least 1
	 */
	double backoffCoefficient() default 1;

	/**
	 * The longest interval.
	 * @return a duration; empty for no limit
	 */
	String maxRetryInterval() default "";

	/**
	 * No attempt begins later than this after the first one.
	 * @return a duration; empty for no limit
	 */
	String retryTimeout() default "";

	/**
	 * The fraction of each interval that is left out at random.
	 * @return from 0 to 1
	 */
	double jitter() default 0;

	/**
	 * Exceptions after which nothing is tried again, subtypes included.
	 * @return the types
	 */
	Class<? extends Throwable>[] nonRetryable() default {};

}
