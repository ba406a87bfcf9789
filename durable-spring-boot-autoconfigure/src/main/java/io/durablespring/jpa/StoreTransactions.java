package io.durablespring.jpa;

import java.sql.SQLException;
import java.util.Set;
import java.util.function.Supplier;

import io.durablespring.StoreUnavailableException;
import io.durablespring.spi.TransactionSettings;
import jakarta.persistence.PersistenceException;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Runs the store's work in transactions and tells faults of the data from those of the
 * database.
 */
final class StoreTransactions {

	private static final Set<String> LOCKED = Set.of("40P01", "40001", "55P03", "HYT00");

	private final PlatformTransactionManager transactionManager;

	private final TransactionTemplate callers;

	private final TransactionTemplate own;

	StoreTransactions(PlatformTransactionManager transactionManager) {
		this.transactionManager = transactionManager;
		this.callers = new TransactionTemplate(transactionManager);
		this.own = new TransactionTemplate(transactionManager);
		this.own.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
	}

	/** Whether there is a transaction of the caller's. */
	static boolean isCallers() {
		return TransactionSynchronizationManager.isActualTransactionActive();
	}

	/**
	 * Runs work in the caller's transaction, or in a new one if there is none. What the
	 * work throws dooms the caller's transaction.
	 */
	<T extends @Nullable Object> T inCallers(String what, Supplier<T> work) {
		return translating(what, () -> this.callers.execute((status) -> work.get()));
	}

	/**
	 * Runs work in a transaction of its own: on return it is durable, whatever becomes of
	 * the caller's.
	 */
	<T extends @Nullable Object> T inOwn(String what, Supplier<T> work) {
		return translating(what, () -> this.own.execute((status) -> work.get()));
	}

	/**
	 * Runs work in a transaction of its own that is to be as somebody wants it.
	 */
	<T extends @Nullable Object> T inNew(String what, TransactionSettings settings, TransactionCallback<T> work) {
		TransactionTemplate template = new TransactionTemplate(this.transactionManager, this.own);
		template.setIsolationLevel(settings.isolation());
		template.setTimeout(settings.timeoutSeconds());
		return translating(what, () -> template.execute(work));
	}

	/**
	 * Whether a statement was refused because one before it had failed.
	 */
	static boolean isAborted(DataAccessException failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			// In failed SQL transaction, as PostgreSQL says.
			if (cause instanceof SQLException sql && "25P02".equals(sql.getSQLState())) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Whether a lock of another transaction stood in the way. Nothing has been committed
	 * then.
	 */
	static boolean isLocked(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			// Deadlock, serialization failure, lock not available; H2's lock timeout.
			if (cause instanceof PessimisticLockingFailureException
					|| (cause instanceof SQLException sql && LOCKED.contains(String.valueOf(sql.getSQLState())))) {
				return true;
			}
		}
		return false;
	}

	static void afterCommit(Runnable action) {
		if (!TransactionSynchronizationManager.isSynchronizationActive()) {
			action.run();
			return;
		}
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

			@Override
			public void afterCommit() {
				action.run();
			}

		});
	}

	/**
	 * Only what the database says of the data itself condemns the data. Everything else,
	 * a missing right included, can be mended without losing an instance, so it counts as
	 * unavailable.
	 */
	static <T extends @Nullable Object> T translating(String what, Supplier<T> work) {
		try {
			return work.get();
		}
		catch (DataAccessException | TransactionException | PersistenceException ex) {
			if (isFaultOfTheData(ex)) {
				throw ex;
			}
			throw new StoreUnavailableException("Cannot " + what + ": " + ex.getMessage(), ex);
		}
	}

	/** Whether the database has something against the data itself. */
	static boolean isFaultOfTheData(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof DataIntegrityViolationException) {
				return true;
			}
			// 22: data exception, 23: integrity constraint violation
			if (cause instanceof SQLException sql && sql.getSQLState() != null
					&& (sql.getSQLState().startsWith("22") || sql.getSQLState().startsWith("23"))) {
				return true;
			}
		}
		return false;
	}

}
