package io.durablespring.test;

import io.durablespring.spi.InstanceQueries;
import io.durablespring.spi.OrchestrationStore;
import io.durablespring.spi.Outbox;
import org.jspecify.annotations.Nullable;

/**
 * A store that a contract suite checks; empty at the start of each test.
 *
 * @param store the store
 * @param outbox its outbox
 * @param queries its read side
 * @param transactions how a caller has transactions; {@code null} if the store knows none
 */
public record StoreUnderTest(OrchestrationStore store, Outbox outbox, InstanceQueries queries,
		@Nullable Transactions transactions) {

	/**
	 * Runs work as application code does that has a transaction.
	 */
	public interface Transactions {

		/**
		 * Runs work in a transaction that commits.
		 * @param work the work
		 */
		void commit(Runnable work);

		/**
		 * Runs work in a transaction that rolls back.
		 * @param work the work
		 */
		void rollBack(Runnable work);

	}

}
