package io.durablespring;

import org.jspecify.annotations.Nullable;

/**
 * How an orchestration continues as new.
 *
 * @param preserveUnprocessedEvents whether external events that nobody has waited for yet
 * are handed to the next execution; otherwise they are dropped
 * @param newVersion the version to continue with; {@code null} to keep the current one
 */
public record ContinueAsNewOptions(boolean preserveUnprocessedEvents, @Nullable String newVersion) {

	private static final ContinueAsNewOptions DEFAULTS = new ContinueAsNewOptions(true, null);

	/**
	 * Keeps events and version.
	 * @return the defaults
	 */
	public static ContinueAsNewOptions defaults() {
		return DEFAULTS;
	}

	/**
	 * The defaults without the events that nobody has waited for.
	 * @return the options
	 */
	public static ContinueAsNewOptions droppingEvents() {
		return new ContinueAsNewOptions(false, null);
	}

	/**
	 * These options with another version, to move an eternal orchestration to new code.
	 * @param version the version to continue with
	 * @return the options
	 */
	public ContinueAsNewOptions version(String version) {
		return new ContinueAsNewOptions(this.preserveUnprocessedEvents, version);
	}

}
