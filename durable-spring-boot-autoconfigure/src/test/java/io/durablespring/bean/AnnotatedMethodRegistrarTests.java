package io.durablespring.bean;

import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.ParameterizedType;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.durablespring.Activity;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.PayloadException;
import io.durablespring.runtime.Definition;
import io.durablespring.runtime.DefinitionRegistry;
import io.durablespring.runtime.DuplicateNameException;
import io.durablespring.runtime.InvalidDefinitionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.core.annotation.AliasFor;
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
 * Tests for {@link AnnotatedMethodRegistrar}.
 */
class AnnotatedMethodRegistrarTests {

	private final DefinitionRegistry registry = new DefinitionRegistry();

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	@AfterEach
	void close() {
		this.context.close();
	}

	@Test
	void methodsOfAPackagePrivateBeanAreRegisteredUnderTheirNames() throws Throwable {
		refresh(Plain.class);
		assertThat(this.registry.orchestrators()).extracting(Definition::name).containsExactly("order");
		assertThat(this.registry.activities()).extracting(Definition::name)
			.containsExactlyInAnyOrder("hidden", "renamed", "total");
		assertThat(activity("renamed").queue()).isEqualTo("slow");
		assertThat(activity("renamed").beanType()).isEqualTo(Plain.class);
		assertThat(activity("renamed").invoker().invoke("x")).isEqualTo("renamed x");
		assertThat(activity("hidden").invoker().invoke()).isEqualTo("hidden");
		assertThat(this.registry.orchestrator("order").orElseThrow().invoker().invoke(null, "x")).isEqualTo("order x");
	}

	@Test
	void genericTypesAreKept() {
		refresh(Plain.class);
		assertThat(activity("total").inputType()).isInstanceOf(ParameterizedType.class)
			.hasToString("java.util.List<java.lang.Long>");
		assertThat(activity("hidden").inputType()).isNull();
	}

	@Test
	void composedAnnotationsAreFound() {
		refresh(Composed.class);
		assertThat(activity("scan").queue()).isEqualTo("disk");
	}

	@Test
	void annotationsOnAnInterfaceAreFound() throws Throwable {
		refresh(Announced.class);
		assertThat(activity("announced").method().getDeclaringClass()).isEqualTo(Announced.class);
		assertThat(activity("announced").invoker().invoke("x")).isEqualTo("done x");
	}

	@Test
	void callsGoThroughAClassBasedProxy() throws Throwable {
		refresh(ClassProxies.class, InTransaction.class);
		assertThat(AopUtils.isCglibProxy(this.context.getBean(InTransaction.class))).isTrue();
		assertThat(activity("transactional").invoker().invoke()).isEqualTo(true);
		assertThat(activity("transactional").beanType()).isEqualTo(InTransaction.class);
		assertThat(activity("packagePrivate").invoker().invoke()).isEqualTo(true);
	}

	@Test
	void callsGoThroughAnInterfaceBasedProxy() throws Throwable {
		refresh(InterfaceProxies.class, Implementation.class);
		assertThat(AopUtils.isJdkDynamicProxy(this.context.getBean(Contract.class))).isTrue();
		assertThat(activity("exposed").invoker().invoke()).isEqualTo(true);
	}

	@Test
	void aMethodThatItsProxyDoesNotHaveIsInvalid() {
		assertThatExceptionOfType(InvalidDefinitionException.class)
			.isThrownBy(() -> refresh(InterfaceProxies.class, Unexposed.class))
			.withMessage(Unexposed.class.getName()
					+ ".unexposed is not in any interface of bean 'annotatedMethodRegistrarTests.Unexposed', "
					+ "whose proxy has nothing but interfaces. Declare the method in an interface of the bean, "
					+ "or have the class proxied: proxyTargetClass=true.");
	}

	@Test
	void aPrivateMethodBehindAProxyIsInvalid() {
		assertThatExceptionOfType(InvalidDefinitionException.class)
			.isThrownBy(() -> refresh(ClassProxies.class, PrivateInTransaction.class))
			.withMessageContaining(
					"is private, so that the proxy of bean 'annotatedMethodRegistrarTests.PrivateInTransaction'");
	}

	@Test
	void aFinalMethodBehindAProxyIsInvalid() {
		assertThatExceptionOfType(InvalidDefinitionException.class)
			.isThrownBy(() -> refresh(ClassProxies.class, FinalInTransaction.class))
			.withMessageContaining("is final, so that the proxy of bean");
	}

	@Test
	void aTransactionalOrchestratorIsInvalid() {
		assertThatExceptionOfType(InvalidDefinitionException.class)
			.isThrownBy(() -> refresh(TransactionalOrchestrator.class))
			.withMessageContaining("is an @Orchestrator and @Transactional");
	}

	@Test
	void anOrchestratorMayOptOutOfItsClassesTransactions() {
		refresh(OptedOut.class);
		assertThat(this.registry.orchestrator("optedOut")).isPresent();
	}

	@Test
	void aPrototypeIsCreatedForEachCall() throws Throwable {
		refresh(Prototype.class);
		assertThat(Prototype.created).hasValue(0);
		Definition.Invoker invoker = activity("number").invoker();
		assertThat(invoker.invoke()).isEqualTo(1);
		assertThat(invoker.invoke()).isEqualTo(2);
	}

	@Test
	void aLazySingletonIsCreatedByItsFirstCall() throws Throwable {
		refresh(LazySingleton.class);
		assertThat(LazySingleton.created).hasValue(0);
		Definition.Invoker invoker = activity("lazy").invoker();
		assertThat(invoker.invoke()).isEqualTo(1);
		assertThat(invoker.invoke()).isEqualTo(1);
	}

	@Test
	void aScopedBeanIsRegisteredOnceAndCalledThroughItsScope() throws Throwable {
		refresh(ScopedBean.class);
		Definition.Invoker invoker = activity("scoped").invoker();
		assertThat(activity("scoped").beanType()).isEqualTo(ScopedBean.class);
		assertThat((int) invoker.invoke()).isLessThan((int) invoker.invoke());
	}

	@Test
	void whatABeanMethodReturnsIsSearched() throws Throwable {
		refresh(Factory.class);
		assertThat(activity("announced").invoker().invoke("x")).isEqualTo("done x");
	}

	@Test
	void failuresComeWithoutWrapper() {
		refresh(ClassProxies.class, Failing.class);
		Definition.Invoker invoker = activity("failing").invoker();
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> invoker.invoke("checked")).withMessage("checked");
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> invoker.invoke("sneaky")).withMessage("sneaky");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> invoker.invoke("error"));
	}

	@Test
	void nothingDoesNotFitAPrimitive() {
		refresh(Primitive.class);
		assertThatExceptionOfType(PayloadException.class)
			.isThrownBy(() -> activity("primitive").invoker().invoke((Object) null))
			.withMessage(Primitive.class.getName()
					+ ".primitive takes a int but got no input. Pass a value, or let it take an object.");
	}

	@Test
	void twoBeansWithOneNameAreRejected() {
		assertThatExceptionOfType(DuplicateNameException.class)
			.isThrownBy(() -> refresh(Announced.class, Factory.class));
	}

	@Test
	void aMethodCannotBeBoth() {
		assertThatExceptionOfType(InvalidDefinitionException.class).isThrownBy(() -> refresh(Both.class))
			.withMessageContaining("is both an @Orchestrator and an @Activity");
	}

	private Definition activity(String name) {
		return this.registry.activity(name).orElseThrow();
	}

	private void refresh(Class<?>... components) {
		Prototype.created.set(0);
		LazySingleton.created.set(0);
		this.context.register(components);
		this.context.registerBean(AnnotatedMethodRegistrar.class,
				() -> new AnnotatedMethodRegistrar(this.context.getBeanFactory(), this.registry, null));
		this.context.refresh();
	}

	static class Plain {

		@Orchestrator
		String order(OrchestrationContext context, String input) {
			return "order " + input;
		}

		@Activity(value = "renamed", queue = "slow")
		String other(String input) {
			return "renamed " + input;
		}

		@Activity
		private String hidden() {
			return "hidden";
		}

		@Activity
		long total(List<Long> sizes) {
			return sizes.size();
		}

		void nothing() {
		}

	}

	@Activity
	@Retention(RetentionPolicy.RUNTIME)
	@Target(ElementType.METHOD)
	@interface DiskActivity {

		@AliasFor(annotation = Activity.class, attribute = "queue")
		String queue() default "disk";

	}

	static class Composed {

		@DiskActivity
		void scan() {
		}

	}

	interface Announcement<T> {

		@Activity
		T announced(T input);

	}

	static class Announced implements Announcement<String> {

		@Override
		public String announced(String input) {
			return "done " + input;
		}

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

	@Scope(BeanDefinition.SCOPE_PROTOTYPE)
	static class Prototype {

		static final AtomicInteger created = new AtomicInteger();

		private final int number = created.incrementAndGet();

		@Activity
		int number() {
			return this.number;
		}

	}

	@Lazy
	static class LazySingleton {

		static final AtomicInteger created = new AtomicInteger();

		private final int number = created.incrementAndGet();

		@Activity
		int lazy() {
			return this.number;
		}

	}

	@Scope(scopeName = BeanDefinition.SCOPE_PROTOTYPE, proxyMode = ScopedProxyMode.TARGET_CLASS)
	static class ScopedBean {

		private static final AtomicInteger created = new AtomicInteger();

		private final int number = created.incrementAndGet();

		@Activity
		int scoped() {
			return this.number;
		}

	}

	@Configuration
	static class Factory {

		@Bean
		Announcement<String> fromFactory() {
			return new Announced();
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

	static class Primitive {

		@Activity
		void primitive(int input) {
		}

	}

	static class Both {

		@Orchestrator
		@Activity
		void both(OrchestrationContext context) {
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
