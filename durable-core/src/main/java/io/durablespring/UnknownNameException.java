package io.durablespring;

import java.util.Collection;
import java.util.TreeSet;

/**
 * No orchestrator or activity of the given name is registered. Trying again on the same
 * node is pointless.
 */
public class UnknownNameException extends DurableException implements FailureDetails.NonRetryable {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param annotation the simple name of the annotation that is missing
	 * @param name the unknown name
	 * @param known the names that are registered
	 */
	public UnknownNameException(String annotation, String name, Collection<String> known) {
		super("No @%s named '%s' is registered. Registered are: %s. Annotate a bean method with @%s(\"%s\"), or correct the name."
			.formatted(annotation, name, new TreeSet<>(known), annotation, name));
	}

}
