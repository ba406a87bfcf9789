package io.durablespring.spi;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How a transaction is to be.
 *
 * @param isolation one of the levels of {@link java.sql.Connection}, or -1 for the
 * database's default
 * @param timeoutSeconds after how many seconds it is rolled back, or -1 for the
 * application's default
 */
public record TransactionSettings(int isolation, int timeoutSeconds) {

	/** As the application has it. */
	public static final TransactionSettings DEFAULTS = new TransactionSettings(-1, -1);

	/**
	 * These settings for something that must not take longer than a time.
	 * @param limit the time, {@code null} for no limit
	 * @return the settings with that as timeout, if they have none
	 */
	public TransactionSettings within(@Nullable Duration limit) {
		if (limit == null || this.timeoutSeconds >= 0) {
			return this;
		}
		return new TransactionSettings(this.isolation, (int) Math.min(limit.toSeconds() + 1, Integer.MAX_VALUE));
	}

}
