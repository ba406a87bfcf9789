package io.durablespring.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains that the application has no store, transport or codec.
 */
final class MissingPortFailureAnalyzer extends AbstractFailureAnalyzer<MissingPortException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, MissingPortException cause) {
		return new FailureAnalysis("Durable orchestrations cannot run: %s (%s).".formatted(cause.port().purpose(),
				"no " + cause.port().type() + " bean"), cause.port().action(), cause);
	}

}
