package io.durablespring.spi;

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

}
