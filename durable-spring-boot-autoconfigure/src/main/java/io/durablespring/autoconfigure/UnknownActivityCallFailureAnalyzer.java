package io.durablespring.autoconfigure;

import java.util.stream.Collectors;

import io.durablespring.bean.UnknownActivityCallException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains that orchestrators call what is no activity.
 */
final class UnknownActivityCallFailureAnalyzer extends AbstractFailureAnalyzer<UnknownActivityCallException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnknownActivityCallException cause) {
		return new FailureAnalysis(
				cause.problems()
					.stream()
					.map((problem) -> "\t- " + problem)
					.collect(Collectors.joining("%n".formatted(),
							"Orchestrators call activities that this application does not have:%n%n".formatted(), "")),
				"Annotate the method with @Activity, make its class a bean, and name it by a reference such as Payments::charge. If another application of the task hub runs it, set durable.verify-activity-calls=false.",
				cause);
	}

}
