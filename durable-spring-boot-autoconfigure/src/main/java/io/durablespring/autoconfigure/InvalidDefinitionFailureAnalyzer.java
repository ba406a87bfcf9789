package io.durablespring.autoconfigure;

import io.durablespring.runtime.InvalidDefinitionException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains that a method cannot be an orchestrator or activity.
 */
final class InvalidDefinitionFailureAnalyzer extends AbstractFailureAnalyzer<InvalidDefinitionException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidDefinitionException cause) {
		return new FailureAnalysis(DuplicateNameFailureAnalyzer.describe(cause.method()) + " " + cause.problem() + ".",
				cause.action(), cause);
	}

}
