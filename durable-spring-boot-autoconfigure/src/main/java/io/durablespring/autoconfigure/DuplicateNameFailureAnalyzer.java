package io.durablespring.autoconfigure;

import java.lang.reflect.Method;

import io.durablespring.runtime.DuplicateNameException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains that two methods claim one name.
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
		return new FailureAnalysis(
				"Two methods are an @%s named '%s':%n%n\t- %s%n\t- %s".formatted(cause.annotation(), cause.name(),
						describe(cause.first()), describe(cause.second())),
				"Give one of them another name, for example @%s(\"%s\"). Instances that are under way find the method by its name, so let the older method keep it."
					.formatted(cause.annotation(),
							cause.second().getDeclaringClass().getSimpleName() + "." + cause.name()),
				cause);
	}

	static String describe(Method method) {
		return method.getDeclaringClass().getName() + "." + method.getName();
	}

}
