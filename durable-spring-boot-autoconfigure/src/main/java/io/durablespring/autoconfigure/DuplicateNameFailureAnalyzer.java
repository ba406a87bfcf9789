package io.durablespring.autoconfigure;

import java.lang.reflect.Method;

import io.durablespring.runtime.DuplicateNameException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains that two methods claim one name, and one version of it.
 */
final class DuplicateNameFailureAnalyzer extends AbstractFailureAnalyzer<DuplicateNameException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, DuplicateNameException cause) {
		if (cause.first().equals(cause.second())) {
			return new FailureAnalysis(
					"Two beans have the method %s, an @%s named '%s'.".formatted(describe(cause.first()),
							cause.annotation(), cause.name()),
					"Keep one of the beans, or leave the annotation to subclasses that give it a name of their own.",
					cause);
		}
		return cause.annotation().equals("Orchestrator") ? sameVersion(cause) : sameName(cause);
	}

	private static FailureAnalysis sameName(DuplicateNameException cause) {
		return new FailureAnalysis(both(cause),
				"Give one of them another name, for example %s. Instances that are under way find the method by its name, so let the older method keep it."
					.formatted(renamed(cause)),
				cause);
	}

	private static FailureAnalysis sameVersion(DuplicateNameException cause) {
		String version = (cause.version() != null) ? cause.version() + ".1" : "2";
		return new FailureAnalysis(both(cause),
				"Give one of them another version or another name, for example @Orchestrator(value = \"%s\", version = \"%s\") or %s. A method without a version has that of 'durable.versioning.default-version'. Instances that are under way find the method by name and version, so let the older method keep both."
					.formatted(cause.name(), version, renamed(cause)),
				cause);
	}

	private static String both(DuplicateNameException cause) {
		return "Two methods are an @%s named '%s'%s:%n%n\t- %s%n\t- %s".formatted(cause.annotation(), cause.name(),
				(cause.version() != null) ? " of version '" + cause.version() + "'" : "", describe(cause.first()),
				describe(cause.second()));
	}

	private static String renamed(DuplicateNameException cause) {
		return "@%s(\"%s.%s\")".formatted(cause.annotation(), cause.second().getDeclaringClass().getSimpleName(),
				cause.name());
	}

	static String describe(Method method) {
		return method.getDeclaringClass().getName() + "." + method.getName();
	}

}
