package io.durablespring.bean;

import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.ParameterizedType;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import io.durablespring.Activity;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.PayloadException;
import io.durablespring.Retry;
import io.durablespring.RetryPolicy;
import io.durablespring.runtime.Definition;
import io.durablespring.runtime.DuplicateNameException;
import io.durablespring.runtime.InvalidDefinitionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.core.annotation.AliasFor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Tests for {@link AnnotatedMethodRegistrar}: what it finds, and how that is called.
 *
 * @see AnnotatedMethodRegistrarProxyTests
 */
class AnnotatedMethodRegistrarTests {

	private final RegistrarContext beans = new RegistrarContext();

	@BeforeEach
	void resetCounts() {
		Prototype.created.set(0);
		LazySingleton.created.set(0);
	}

	@AfterEach
	void close() {
		this.beans.close();
	}

	@Test
	void methodsOfAPackagePrivateBeanAreRegisteredUnderTheirNames() throws Throwable {
		this.beans.refresh(Plain.class);
		assertThat(this.beans.registry().orchestrators()).extracting(Definition::name).containsExactly("order");
		assertThat(this.beans.registry().activities()).extracting(Definition::name)
			.containsExactlyInAnyOrder("hidden", "renamed", "total");
		assertThat(this.beans.activity("renamed").queue()).isEqualTo("slow");
		assertThat(this.beans.activity("renamed").beanType()).isEqualTo(Plain.class);
		assertThat(this.beans.activity("renamed").invoker().invoke("x")).isEqualTo("renamed x");
		assertThat(this.beans.activity("hidden").invoker().invoke()).isEqualTo("hidden");
		assertThat(this.beans.registry().orchestrators("order").get(0).invoker().invoke(null, "x"))
			.isEqualTo("order x");
	}

	@Test
	void genericTypesAreKept() {
		this.beans.refresh(Plain.class);
		assertThat(this.beans.activity("total").inputType()).isInstanceOf(ParameterizedType.class)
			.hasToString("java.util.List<java.lang.Long>");
		assertThat(this.beans.activity("hidden").inputType()).isNull();
	}

	@Test
	void composedAnnotationsAreFound() {
		this.beans.refresh(Composed.class);
		assertThat(this.beans.activity("scan").queue()).isEqualTo("disk");
	}

	@Test
	void versionsOfOneNameStandSideBySide() throws Throwable {
		this.beans.refresh(Versions.class, NextVersion.class);
		assertThat(this.beans.registry().orchestrators("ship")).extracting(Definition::version)
			.containsExactlyInAnyOrder(null, "1", "2-beta");
		for (Definition definition : this.beans.registry().orchestrators("ship")) {
			assertThat(definition.invoker().invoke((Object) null)).isEqualTo("runs " + definition.version());
		}
	}

	@Test
	void anActivityKeepsItsRetryPolicy() {
		this.beans.refresh(Retried.class);
		assertThat(this.beans.activity("careful").retryPolicy())
			.isEqualTo(new RetryPolicy(5, Duration.ofMillis(200), 2, Duration.ofMinutes(1), Duration.ofHours(1), 0.5,
					Set.of("java.io.IOException", "java.lang.IllegalStateException")));
		assertThat(this.beans.activity("careless").retryPolicy()).isNull();
	}

	@Test
	void composedAnnotationsBringVersionsAndRetryPolicies() {
		this.beans.refresh(ComposedWithAttributes.class);
		assertThat(this.beans.registry().orchestrators()).extracting(Definition::name, Definition::version)
			.containsExactlyInAnyOrder(tuple("older", "2026"), tuple("newer", "2027"));
		assertThat(this.beans.activity("patient").retryPolicy()).isEqualTo(RetryPolicy.of(9, Duration.ofSeconds(1)));
		assertThat(this.beans.activity("impatient").retryPolicy()).isEqualTo(RetryPolicy.of(2, Duration.ofMillis(5)));
	}

	@Test
	void anAnnotationOnAnInterfaceBringsItsRetryPolicy() {
		this.beans.refresh(RetriedCourier.class);
		assertThat(this.beans.activity("deliver").retryPolicy()).isEqualTo(RetryPolicy.of(4, Duration.ofSeconds(1)));
		assertThat(this.beans.activity("deliver").inputType()).isEqualTo(String.class);
	}

	@Test
	void oneNameAndVersionTwiceIsRejected() {
		assertThatExceptionOfType(DuplicateNameException.class)
			.isThrownBy(() -> this.beans.refresh(Versions.class, SameVersion.class))
			.satisfies((ex) -> assertThat(ex.version()).isEqualTo("1.0"));
	}

	@Test
	void aRetryPolicyThatIsNoneIsRejected() {
		assertThatExceptionOfType(InvalidDefinitionException.class)
			.isThrownBy(() -> this.beans.refresh(Impatient.class))
			.withMessageContaining("has a @Retry that is not legal: 'soon' is not a duration");
	}

	@Test
	void annotationsOnAnInterfaceAreFound() throws Throwable {
		this.beans.refresh(Announced.class);
		assertThat(this.beans.activity("announced").method().getDeclaringClass()).isEqualTo(Announced.class);
		assertThat(this.beans.activity("announced").invoker().invoke("x")).isEqualTo("done x");
	}

	@Test
	void aPrototypeIsCreatedForEachCall() throws Throwable {
		this.beans.refresh(Prototype.class);
		assertThat(Prototype.created).hasValue(0);
		Definition.Invoker invoker = this.beans.activity("number").invoker();
		assertThat(invoker.invoke()).isEqualTo(1);
		assertThat(invoker.invoke()).isEqualTo(2);
	}

	@Test
	void aLazySingletonIsCreatedByItsFirstCall() throws Throwable {
		this.beans.refresh(LazySingleton.class);
		assertThat(LazySingleton.created).hasValue(0);
		Definition.Invoker invoker = this.beans.activity("lazy").invoker();
		assertThat(invoker.invoke()).isEqualTo(1);
		assertThat(invoker.invoke()).isEqualTo(1);
	}

	@Test
	void aScopedBeanIsRegisteredOnceAndCalledThroughItsScope() throws Throwable {
		this.beans.refresh(ScopedBean.class);
		Definition.Invoker invoker = this.beans.activity("scoped").invoker();
		assertThat(this.beans.activity("scoped").beanType()).isEqualTo(ScopedBean.class);
		assertThat((int) invoker.invoke()).isLessThan((int) invoker.invoke());
	}

	@Test
	void whatABeanMethodReturnsIsSearched() throws Throwable {
		this.beans.refresh(Factory.class);
		assertThat(this.beans.activity("announced").invoker().invoke("x")).isEqualTo("done x");
	}

	@Test
	void nothingDoesNotFitAPrimitive() {
		this.beans.refresh(Primitive.class);
		assertThatExceptionOfType(PayloadException.class)
			.isThrownBy(() -> this.beans.activity("primitive").invoker().invoke((Object) null))
			.withMessage(Primitive.class.getName()
					+ ".primitive takes a int but got no input. Pass a value, or let it take an object.");
	}

	@Test
	void twoBeansWithOneNameAreRejected() {
		assertThatExceptionOfType(DuplicateNameException.class)
			.isThrownBy(() -> this.beans.refresh(Announced.class, Factory.class));
	}

	@Test
	void aMethodCannotBeBoth() {
		assertThatExceptionOfType(InvalidDefinitionException.class).isThrownBy(() -> this.beans.refresh(Both.class))
			.withMessageContaining("is both an @Orchestrator and an @Activity");
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

	static class Versions {

		@Orchestrator
		String ship(OrchestrationContext context) {
			return "runs null";
		}

		@Orchestrator(value = "ship", version = "1")
		String first(OrchestrationContext context) {
			return "runs 1";
		}

	}

	static class NextVersion {

		@Orchestrator(version = "2-beta")
		String ship(OrchestrationContext context) {
			return "runs 2-beta";
		}

	}

	static class SameVersion {

		@Orchestrator(version = "1.0")
		String ship(OrchestrationContext context) {
			return "";
		}

	}

	static class Retried {

		@Activity(retry = @Retry(maxAttempts = 5, firstRetryInterval = "200ms", backoffCoefficient = 2,
				maxRetryInterval = "1m", retryTimeout = "PT1H", jitter = 0.5,
				nonRetryable = { IOException.class, IllegalStateException.class }))
		void careful() {
		}

		@Activity
		void careless() {
		}

	}

	static class Impatient {

		@Activity(retry = @Retry(maxAttempts = 2, firstRetryInterval = "soon"))
		void impatient() {
		}

	}

	@Orchestrator(version = "2026")
	@Retention(RetentionPolicy.RUNTIME)
	@Target(ElementType.METHOD)
	@interface Yearly {

		@AliasFor(annotation = Orchestrator.class, attribute = "version")
		String year() default "2026";

	}

	@Activity(retry = @Retry(maxAttempts = 9))
	@Retention(RetentionPolicy.RUNTIME)
	@Target(ElementType.METHOD)
	@interface RemoteActivity {

		@AliasFor(annotation = Activity.class)
		Retry retry() default @Retry(maxAttempts = 9);

	}

	static class ComposedWithAttributes {

		@Yearly
		void older(OrchestrationContext context) {
		}

		@Yearly(year = "2027")
		void newer(OrchestrationContext context) {
		}

		@RemoteActivity
		void patient() {
		}

		@RemoteActivity(retry = @Retry(maxAttempts = 2, firstRetryInterval = "5ms"))
		void impatient() {
		}

	}

	interface Courier<T> {

		@Activity(retry = @Retry(maxAttempts = 4))
		void deliver(T parcel);

	}

	static class RetriedCourier implements Courier<String> {

		@Override
		public void deliver(String parcel) {
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

}
