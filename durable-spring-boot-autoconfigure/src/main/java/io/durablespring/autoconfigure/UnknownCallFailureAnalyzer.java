package io.durablespring.autoconfigure;

import java.util.stream.Collectors;

import io.durablespring.bean.UnknownCallException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains that orchestrators call what is neither activity nor orchestrator.
 */
final class UnknownCallFailureAnalyzer extends AbstractFailureAnalyzer<UnknownCallException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnknownCallException cause) {
		return new FailureAnalysis(
				cause.problems()
					.stream()
					.map((problem) -> "\t- " + problem)
					.collect(Collectors.joining("%n".formatted(),
							"Orchestrators call what this application does not have:%n%n".formatted(), "")),
				"Annotate the method with @Activity or @Orchestrator, make its class a bean, and name it by a reference such as Payments::charge. If another application of the task hub runs it, set durable.verify-calls=false.",
				cause);
	}

}
