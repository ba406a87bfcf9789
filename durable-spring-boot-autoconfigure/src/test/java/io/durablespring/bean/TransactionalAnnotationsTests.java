package io.durablespring.bean;

import java.sql.Connection;

import io.durablespring.Activity;
import io.durablespring.spi.TransactionSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which activities take part in transactions of the store.
 */
class TransactionalAnnotationsTests {

	private final RegistrarContext beans = new RegistrarContext();

	@AfterEach
	void close() {
		this.beans.close();
	}

	@Test
	void thoseThatJoinTheStoresTransactionsDo() {
		this.beans.refresh(Shop.class, Jakarta.class);
		assertThat(transactionOf("joins")).isEqualTo(TransactionSettings.DEFAULTS);
		assertThat(transactionOf("asksForOne")).isEqualTo(TransactionSettings.DEFAULTS);
		assertThat(transactionOf("jakarta")).isEqualTo(TransactionSettings.DEFAULTS);
	}

	@Test
	void theTransactionIsAsTheAnnotationHasIt() {
		this.beans.refresh(Shop.class);
		assertThat(transactionOf("strict")).isEqualTo(new TransactionSettings(Connection.TRANSACTION_SERIALIZABLE, 30));
	}

	@Test
	void thoseThatHaveTheirOwnOrWriteNothingOrWriteElsewhereDoNot() {
		this.beans.refresh(Shop.class, Plain.class);
		assertThat(transactionOf("alone")).isNull();
		assertThat(transactionOf("without")).isNull();
		assertThat(transactionOf("reads")).isNull();
		assertThat(transactionOf("elsewhere")).isNull();
		assertThat(transactionOf("plain")).isNull();
	}

	private TransactionSettings transactionOf(String activity) {
		return this.beans.activity(activity).transaction();
	}

	@Transactional
	static class Shop {

		@Activity
		void joins() {
		}

		@Activity
		@Transactional(propagation = Propagation.MANDATORY)
		void asksForOne() {
		}

		@Activity
		@Transactional(isolation = Isolation.SERIALIZABLE, timeout = 30)
		void strict() {
		}

		@Activity
		@Transactional(propagation = Propagation.REQUIRES_NEW)
		void alone() {
		}

		@Activity
		@Transactional(propagation = Propagation.NOT_SUPPORTED)
		void without() {
		}

		@Activity
		@Transactional(readOnly = true)
		void reads() {
		}

		@Activity
		@Transactional("other")
		void elsewhere() {
		}

	}

	static class Jakarta {

		@Activity
		@jakarta.transaction.Transactional
		void jakarta() {
		}

	}

	static class Plain {

		@Activity
		void plain() {
		}

	}

}
