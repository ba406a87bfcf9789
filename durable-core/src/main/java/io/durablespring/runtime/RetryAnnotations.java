package io.durablespring.runtime;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;

import io.durablespring.Activity;
import io.durablespring.Retry;
import io.durablespring.RetryPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Reads retry policies from annotations.
 */
final class RetryAnnotations {

	private static final @Nullable Object UNSAID = unsaid();

	private RetryAnnotations() {
	}

	/**
	 * The policy that an annotation describes.
	 * @return the policy, {@code null} if nothing is said
	 * @throws InvalidDefinitionException if it describes none
	 */
	static @Nullable RetryPolicy policyOf(Retry retry, Method method) {
		try {
			if (retry.equals(UNSAID)) {
				return null;
			}
			Duration first = AnnotatedDuration.parse(retry.firstRetryInterval());
			return new RetryPolicy(retry.maxAttempts(), (first != null) ? first : Duration.ZERO,
					retry.backoffCoefficient(), AnnotatedDuration.parse(retry.maxRetryInterval()),
					AnnotatedDuration.parse(retry.retryTimeout()), retry.jitter(),
					Arrays.stream(retry.nonRetryable()).map(Class::getName).collect(Collectors.toSet()));
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidDefinitionException(method, "has a @Retry that is not legal: " + ex.getMessage(),
					"Say maxAttempts, from 1 on; durations are written as 500ms, 5s, 2m, 1h or 1d and are not negative, "
							+ "the coefficient is at least 1, and jitter is from 0 to 1.");
		}
	}

	private static @Nullable Object unsaid() {
		try {
			return Activity.class.getMethod("retry").getDefaultValue();
		}
		catch (NoSuchMethodException ex) {
			throw new IllegalStateException("@Activity has a retry", ex);
		}
	}

}
