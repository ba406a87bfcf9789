package io.durablespring.example.embedded;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says what to do about a {@link DataDirectoryInUseException}.
 */
final class DataDirectoryInUseFailureAnalyzer extends AbstractFailureAnalyzer<DataDirectoryInUseException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, DataDirectoryInUseException cause) {
		return new FailureAnalysis(cause.getMessage(),
				"End the other process, or give this one a directory of its own with --example.data-dir=DIR. "
						+ "To run several processes on one broker and one database, use the profile prod.",
				cause);
	}

}
