package io.durablespring.autoconfigure;

import io.durablespring.runtime.Versioning.FailureStrategy;
import io.durablespring.runtime.Versioning.MatchStrategy;
import org.jspecify.annotations.Nullable;

/**
 * How versions of orchestrators are chosen.
 */
public class DurableVersioningProperties {

	/**
	 * Version that new instances and sub-orchestrations get, and that orchestrators have
	 * which do not name one. The newest version of an orchestrator if not set.
	 */
	private @Nullable String defaultVersion;

	/**
	 * Implementations that an instance may run on.
	 */
	private MatchStrategy matchStrategy = MatchStrategy.CURRENT_OR_OLDER;

	/**
	 * What becomes of an instance that this node has no implementation for.
	 */
	private FailureStrategy failureStrategy = FailureStrategy.REJECT;

	public @Nullable String getDefaultVersion() {
		return this.defaultVersion;
	}

	public void setDefaultVersion(@Nullable String defaultVersion) {
		this.defaultVersion = defaultVersion;
	}

	public MatchStrategy getMatchStrategy() {
		return this.matchStrategy;
	}

	public void setMatchStrategy(MatchStrategy matchStrategy) {
		this.matchStrategy = matchStrategy;
	}

	public FailureStrategy getFailureStrategy() {
		return this.failureStrategy;
	}

	public void setFailureStrategy(FailureStrategy failureStrategy) {
		this.failureStrategy = failureStrategy;
	}

}
