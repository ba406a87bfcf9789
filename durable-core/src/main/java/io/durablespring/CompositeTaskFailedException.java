package io.durablespring;

import java.util.List;

/**
 * Thrown when some tasks of {@link OrchestrationContext#allOf} failed, after all of them
 * are done.
 */
public class CompositeTaskFailedException extends DurableException {

	private static final long serialVersionUID = 1L;

	private final transient List<RuntimeException> failures;

	/**
	 * Creates the exception.
	 * @param failures all failures, in the tasks' order; at least one
	 * @param tasks how many tasks there were
	 */
	public CompositeTaskFailedException(List<RuntimeException> failures, int tasks) {
		super("%d out of %d tasks failed, the first with: %s".formatted(failures.size(), tasks,
				failures.get(0).getMessage()), failures.get(0));
		this.failures = List.copyOf(failures);
	}

	/**
	 * All failures.
	 * @return the failures in the tasks' order, the cause of this exception first
	 */
	public List<RuntimeException> failures() {
		return this.failures;
	}

}
