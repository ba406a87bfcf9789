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
		super("No @%s named '%s' is registered. ".formatted(annotation, name) + advice(annotation, name, known));
	}

	private static String advice(String annotation, String name, Collection<String> known) {
		return known.isEmpty()
				? "Nothing is: either no bean method is annotated with @%s, or it is too early. They are found when all beans exist, so use an ApplicationRunner rather than a constructor."
					.formatted(annotation)
				: "Registered are: %s. Annotate a bean method with @%s(\"%s\"), or correct the name."
					.formatted(new TreeSet<>(known), annotation, name);
	}

}
