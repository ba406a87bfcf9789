package io.durablespring.runtime;

import org.jspecify.annotations.Nullable;

/**
 * How versions of orchestrators are chosen.
 *
 * @param defaultVersion the version that new instances and sub-orchestrations get, and
 * that implementations have which do not name one; {@code null} for none
 * @param match which implementations an instance may run on
 * @param failure what becomes of an instance that this node has no implementation for
 */
public record Versioning(@Nullable String defaultVersion, MatchStrategy match, FailureStrategy failure) {

	/**
	 * No default version, current or older ones match, others are left to other nodes.
	 * @return the defaults
	 */
	public static Versioning defaults() {
		return new Versioning(null, MatchStrategy.CURRENT_OR_OLDER, FailureStrategy.REJECT);
	}

	/**
	 * Which implementations an instance may run on.
	 */
	public enum MatchStrategy {

		/** Any: that of its version, or else the newest. */
		NONE,

		/** That of its version only. */
		STRICT,

		/** That of its version, or else the oldest that is newer. */
		CURRENT_OR_OLDER

	}

	/**
	 * What becomes of an instance that a node has no implementation for.
	 */
	public enum FailureStrategy {

		/** It waits for a node that has one. */
		REJECT,

		/** It fails. */
		FAIL

	}

}
