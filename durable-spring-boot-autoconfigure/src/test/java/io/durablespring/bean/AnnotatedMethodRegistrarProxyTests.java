package io.durablespring.bean;

import java.io.IOException;

import io.durablespring.Activity;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.runtime.Definition;
import io.durablespring.runtime.InvalidDefinitionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.aop.support.AopUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link AnnotatedMethodRegistrar} with transactional beans, most of them
 * behind a proxy.
 *
 * @see AnnotatedMethodRegistrarTests
 */
class AnnotatedMethodRegistrarProxyTests {

	private final RegistrarContext beans = new RegistrarContext();

	@AfterEach
	void close() {
		this.beans.close();
	}

	@Test
	void callsGoThroughAClassBasedProxy() throws Throwable {
		this.beans.refresh(ClassProxies.class, InTransaction.class);
		assertThat(AopUtils.isCglibProxy(this.beans.get(InTransaction.class))).isTrue();
		assertThat(this.beans.activity("transactional").invoker().invoke()).isEqualTo(true);
		assertThat(this.beans.activity("transactional").beanType()).isEqualTo(InTransaction.class);
		assertThat(this.beans.activity("packagePrivate").invoker().invoke()).isEqualTo(true);
	}

	@Test
	void callsGoThroughAnInterfaceBasedProxy() throws Throwable {
		this.beans.refresh(InterfaceProxies.class, Implementation.class);
		assertThat(AopUtils.isJdkDynamicProxy(this.beans.get(Contract.class))).isTrue();
		assertThat(this.beans.activity("exposed").invoker().invoke()).isEqualTo(true);
	}

	@Test
	void aMethodThatItsProxyDoesNotHaveIsInvalid() {
		assertThatExceptionOfType(InvalidDefinitionException.class)
			.isThrownBy(() -> this.beans.refresh(InterfaceProxies.class, Unexposed.class))
			.withMessage(Unexposed.class.getName()
					+ ".unexposed is not in any interface of bean 'annotatedMethodRegistrarProxyTests.Unexposed', "
					+ "whose proxy has nothing but interfaces. Declare the method in an interface of the bean, "
					+ "or have the class proxied: proxyTargetClass=true.");
	}

	@Test
	void aPrivateMethodBehindAProxyIsInvalid() {
		assertThatExceptionOfType(InvalidDefinitionException.class)
			.isThrownBy(() -> this.beans.refresh(ClassProxies.class, PrivateInTransaction.class))
			.withMessageContaining(
					"is private, so that the proxy of bean 'annotatedMethodRegistrarProxyTests.PrivateInTransaction'");
	}

	@Test
	void aFinalMethodBehindAProxyIsInvalid() {
		assertThatExceptionOfType(InvalidDefinitionException.class)
			.isThrownBy(() -> this.beans.refresh(ClassProxies.class, FinalInTransaction.class))
			.withMessageContaining("is final, so that the proxy of bean");
	}

	@Test
	void aTransactionalOrchestratorIsInvalid() {
		assertThatExceptionOfType(InvalidDefinitionException.class)
			.isThrownBy(() -> this.beans.refresh(TransactionalOrchestrator.class))
			.withMessageContaining("is an @Orchestrator and @Transactional");
	}

	@Test
	void anOrchestratorMayOptOutOfItsClassesTransactions() {
		this.beans.refresh(OptedOut.class);
		assertThat(this.beans.registry().orchestrators("optedOut")).hasSize(1);
	}

	@Test
	void failuresComeWithoutWrapper() {
		this.beans.refresh(ClassProxies.class, Failing.class);
		Definition.Invoker invoker = this.beans.activity("failing").invoker();
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> invoker.invoke("checked")).withMessage("checked");
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> invoker.invoke("sneaky")).withMessage("sneaky");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> invoker.invoke("error"));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement(proxyTargetClass = true)
	static class ClassProxies {

		@Bean
		PlatformTransactionManager transactionManager() {
			return new NoTransactions();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement(proxyTargetClass = false)
	static class InterfaceProxies {

		@Bean
		PlatformTransactionManager transactionManager() {
			return new NoTransactions();
		}

	}

	@Transactional
	static class InTransaction {

		@Activity
		public boolean transactional() {
			return TransactionSynchronizationManager.isActualTransactionActive();
		}

		@Activity
		boolean packagePrivate() {
			return TransactionSynchronizationManager.isActualTransactionActive();
		}

	}

	interface Contract {

		boolean exposed();

	}

	@Transactional
	static class Implementation implements Contract {

		@Override
		@Activity
		public boolean exposed() {
			return TransactionSynchronizationManager.isActualTransactionActive();
		}

	}

	@Transactional
	static class Unexposed implements Contract {

		@Override
		public boolean exposed() {
			return false;
		}

		@Activity
		public void unexposed() {
		}

	}

	static class PrivateInTransaction {

		@Transactional
		public void other() {
		}

		@Activity
		private void concealed() {
		}

	}

	static class FinalInTransaction {

		@Transactional
		public void other() {
		}

		@Activity
		public final void closed() {
		}

	}

	@Transactional
	static class TransactionalOrchestrator {

		@Orchestrator
		void order(OrchestrationContext context) {
		}

	}

	@Transactional
	static class OptedOut {

		@Orchestrator
		@Transactional(propagation = Propagation.NOT_SUPPORTED)
		void optedOut(OrchestrationContext context) {
		}

	}

	@Transactional
	static class Failing {

		@Activity
		public void failing(String how) throws IOException {
			if (how.equals("checked")) {
				throw new IOException(how);
			}
			if (how.equals("sneaky")) {
				Failing.<RuntimeException>sneak(new IOException(how));
			}
			throw new AssertionError(how);
		}

		@SuppressWarnings("unchecked")
		private static <T extends Throwable> void sneak(Throwable failure) throws T {
			throw (T) failure;
		}

	}

	static class NoTransactions extends AbstractPlatformTransactionManager {

		@Override
		protected Object doGetTransaction() {
			return new Object();
		}

		@Override
		protected void doBegin(Object transaction, TransactionDefinition definition) {
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
		}

		@Override
		protected void doRollback(DefaultTransactionStatus status) {
		}

	}

}
