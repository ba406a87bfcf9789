package io.durablespring.bean;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;

import io.durablespring.Activity;
import io.durablespring.CallOptions;
import io.durablespring.DurableClient;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.runtime.DefinitionRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link CallVerifier}.
 */
class CallVerifierTests {

	private final CallVerifier verifier = new CallVerifier();

	@Test
	void callsOfRegisteredActivitiesAreFine() {
		assertThatCode(() -> this.verifier.verify(registry(Fine.class, Payments.class, CardTerminal.class)))
			.doesNotThrowAnyException();
	}

	@Test
	void callsOfRegisteredOrchestratorsAreFine() {
		assertThatCode(() -> this.verifier.verify(registry(CallsOrders.class, Orders.class, ExpressOrders.class)))
			.doesNotThrowAnyException();
	}

	@Test
	void aCallOfAMethodThatIsNoOrchestratorIsFound() {
		assertThatExceptionOfType(UnknownCallException.class)
			.isThrownBy(() -> this.verifier.verify(registry(CallsNoOrchestrator.class, Orders.class)))
			.satisfies((ex) -> assertThat(ex.problems()).singleElement()
				.asString()
				.matches("\\Q" + CallsNoOrchestrator.class.getName()
						+ "\\E\\.flow \\(line \\d+\\) calls Orders::plan, which is not an @Orchestrator\\."));
	}

	@Test
	void aCallOfAnOrchestratorWithoutABeanIsFound() {
		assertThatExceptionOfType(UnknownCallException.class)
			.isThrownBy(() -> this.verifier.verify(registry(CallsOrders.class)))
			.satisfies((ex) -> assertThat(ex.problems()).hasSize(5)
				.allMatch((problem) -> problem.matches(".*\\.flow \\(line \\d+\\) calls (Express)?Orders::.*"))
				.allMatch((problem) -> problem.contains(", but no bean of this application is a ")));
	}

	@Test
	void aCallOfAnOrchestratorByALambdaIsFound() {
		assertThatExceptionOfType(UnknownCallException.class)
			.isThrownBy(() -> this.verifier.verify(registry(CallsOrdersByLambda.class, Orders.class)))
			.satisfies((ex) -> assertThat(ex.problems()).singleElement()
				.asString()
				.endsWith(
						"calls an orchestrator, but by a lambda or a reference to a method of an object, which does not name it."));
	}

	@Test
	void aCallThatMayMeanSeveralVersionsIsFound() {
		assertThatExceptionOfType(UnknownCallException.class)
			.isThrownBy(
					() -> this.verifier.verify(registry(CallsShipping.class, FirstShipping.class, NewShipping.class)))
			.satisfies((ex) -> assertThat(ex.problems()).singleElement()
				.asString()
				.endsWith("calls Shipping::ship, which may mean any of [ship 1, ship 2]."));
	}

	@Test
	void whatAClientStartsIsLeftToTheClient() {
		assertThatCode(() -> this.verifier.verify(registry(StartsElsewhere.class))).doesNotThrowAnyException();
	}

	@Test
	void aCallBesideAStartIsFound() {
		assertThatExceptionOfType(UnknownCallException.class)
			.isThrownBy(() -> this.verifier.verify(registry(StartsAndCalls.class)))
			.satisfies((ex) -> assertThat(ex.problems()).singleElement()
				.asString()
				.contains("calls ExpressOrders::report, but no bean"));
	}

	@Test
	void aCallOfAMethodThatIsNoActivityIsFound() {
		assertThatExceptionOfType(UnknownCallException.class)
			.isThrownBy(() -> this.verifier.verify(registry(CallsOther.class, Payments.class)))
			.satisfies((ex) -> assertThat(ex.problems()).singleElement()
				.asString()
				.matches("\\Q" + CallsOther.class.getName()
						+ "\\E\\.order \\(line \\d+\\) calls Payments::other, which is not an @Activity\\."));
	}

	@Test
	void aCallOfAnActivityWithoutABeanIsFound() {
		assertThatExceptionOfType(UnknownCallException.class)
			.isThrownBy(() -> this.verifier.verify(registry(Fine.class, CardTerminal.class)))
			.satisfies((ex) -> assertThat(ex.problems()).hasSize(3)
				.allMatch((problem) -> problem.contains("calls Payments::"))
				.allMatch((problem) -> problem
					.endsWith(", but no bean of this application is a " + Payments.class.getName() + ".")));
	}

	@Test
	void aCallInASuperclassOrLambdaIsFound() {
		assertThatExceptionOfType(UnknownCallException.class)
			.isThrownBy(() -> this.verifier.verify(registry(Inherits.class)))
			.satisfies((ex) -> assertThat(ex.problems()).singleElement()
				.asString()
				.contains("$Base.prepare (line ", "calls Payments::charge"));
	}

	@Test
	void lambdasAndBoundReferencesAreFound() {
		assertThatExceptionOfType(UnknownCallException.class)
			.isThrownBy(() -> this.verifier.verify(registry(CallsLambda.class, Payments.class)))
			.satisfies((ex) -> assertThat(ex.problems()).hasSize(2)
				.allMatch((problem) -> problem.endsWith(
						"calls an activity, but by a lambda or a reference to a method of an object, which does not name it.")));
	}

	@Test
	void aCallThatMayMeanSeveralActivitiesIsFound() {
		assertThatExceptionOfType(UnknownCallException.class)
			.isThrownBy(() -> this.verifier.verify(registry(CallsNotifier.class, Email.class, Sms.class)))
			.satisfies((ex) -> assertThat(ex.problems()).singleElement()
				.asString()
				.endsWith("calls Notifier::send, which may mean any of [email, sms]."));
	}

	@Test
	void aClassFileOfALaterJavaVersionIsVerifiedAsFarAsItIsUnderstood() throws Exception {
		byte[] bytes = bytes(CallsOther.class);
		bytes[7] = (byte) 200;
		assertThat(CallVerifier.references(new ByteArrayInputStream(bytes))).hasSize(1);
	}

	@Test
	void aClassFileThatIsNotUnderstoodIsNotVerified() throws Exception {
		byte[] bytes = bytes(CallsOther.class);
		// The kind of the first constant.
		bytes[10] = 99;
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> CallVerifier.references(new ByteArrayInputStream(bytes)));
		try (Newer loader = new Newer(bytes)) {
			Class<?> newer = loader.loadClass(CallsOther.class.getName());
			assertThat(newer).isNotEqualTo(CallsOther.class);
			assertThatCode(() -> this.verifier.verify(registry(newer, Payments.class))).doesNotThrowAnyException();
		}
	}

	private static byte[] bytes(Class<?> type) throws IOException {
		try (InputStream stream = type.getResourceAsStream(ClassUtils.getClassFileName(type))) {
			return stream.readAllBytes();
		}
	}

	private static DefinitionRegistry registry(Class<?>... components) {
		DefinitionRegistry registry = new DefinitionRegistry();
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.register(components);
			context.registerBean(AnnotatedMethodRegistrar.class,
					() -> new AnnotatedMethodRegistrar(context.getBeanFactory(), registry, null, (qualifier) -> false));
			context.refresh();
		}
		return registry;
	}

	static class Payments {

		@Activity
		String charge(String order) {
			return order;
		}

		@Activity("refundAll")
		void refund(String order) {
		}

		@Activity
		String balance() {
			return "";
		}

		String other(String order) {
			return order;
		}

	}

	interface Terminal<T> {

		@Activity
		void beep(T input);

		@Activity
		void reset();

	}

	static class CardTerminal implements Terminal<String> {

		@Override
		public void beep(String input) {
		}

		@Override
		public void reset() {
		}

	}

	static class Fine {

		@Orchestrator
		void order(OrchestrationContext context) {
			context.callActivity(Payments::charge, "x");
			context.callActivity(Payments::refund, "x");
			context.callActivity(Payments::balance);
			context.callActivity(CardTerminal::beep, "x");
			context.<Terminal<String>, String>callActivity(Terminal::beep, "x");
			context.callActivity(CardTerminal::reset);
		}

	}

	static class CallsOther {

		@Orchestrator
		void order(OrchestrationContext context) {
			context.callActivity(Payments::other, "x");
		}

	}

	static class Base {

		void prepare(OrchestrationContext context) {
			List.of("x").forEach((item) -> context.callActivity(Payments::charge, item));
		}

	}

	static class Inherits extends Base {

		@Orchestrator
		void order(OrchestrationContext context) {
			prepare(context);
		}

	}

	interface Notifier {

		void send(String text);

	}

	static class Email implements Notifier {

		@Override
		@Activity("email")
		public void send(String text) {
		}

	}

	static class Sms implements Notifier {

		@Override
		@Activity("sms")
		public void send(String text) {
		}

	}

	static class CallsNotifier {

		@Orchestrator
		void order(OrchestrationContext context) {
			context.callActivity(Notifier::send, "x");
		}

	}

	static class Orders {

		@Orchestrator
		String ship(OrchestrationContext context, String order) {
			return order;
		}

		@Orchestrator
		String report(OrchestrationContext context) {
			return "";
		}

		@Orchestrator
		void cancel(OrchestrationContext context, String order) {
		}

		@Orchestrator
		void clean(OrchestrationContext context) {
		}

		void plan(OrchestrationContext context) {
		}

	}

	static class ExpressOrders {

		@Orchestrator("expressReport")
		void report(OrchestrationContext context, String day) {
		}

	}

	static class CallsOrders {

		@Orchestrator
		void flow(OrchestrationContext context) {
			context.callSubOrchestrator(Orders::ship, "x");
			context.callSubOrchestrator(Orders::report);
			context.withOptions(CallOptions.defaults().version("2")).callSubOrchestrator(Orders::cancel, "x");
			context.callSubOrchestrator(Orders::clean);
			context.callSubOrchestrator(ExpressOrders::report, "x");
		}

	}

	static class CallsNoOrchestrator {

		@Orchestrator
		void flow(OrchestrationContext context) {
			context.callSubOrchestrator(Orders::plan);
		}

	}

	static class CallsOrdersByLambda {

		@Orchestrator
		void flow(OrchestrationContext context) {
			context.<Orders, String>callSubOrchestrator((bean, ctx) -> bean.report(ctx));
		}

	}

	interface Shipping {

		void ship(OrchestrationContext context);

	}

	static class FirstShipping implements Shipping {

		@Override
		@Orchestrator(version = "1")
		public void ship(OrchestrationContext context) {
		}

	}

	static class NewShipping implements Shipping {

		@Override
		@Orchestrator(version = "2")
		public void ship(OrchestrationContext context) {
		}

	}

	static class CallsShipping {

		@Orchestrator
		void flow(OrchestrationContext context) {
			context.callSubOrchestrator(Shipping::ship);
		}

	}

	static class StartsElsewhere {

		private DurableClient client;

		@Orchestrator
		void flow(OrchestrationContext context) {
		}

		void begin() {
			this.client.start(Orders::clean);
			this.client.start(Orders::cancel, "x");
			this.client.start(Orders::cancel, this.client.start(Orders::clean));
		}

	}

	static class StartsAndCalls {

		private DurableClient client;

		@Orchestrator
		void flow(OrchestrationContext context) {
			this.client.start(Orders::cancel,
					String.valueOf(context.callSubOrchestrator(ExpressOrders::report, "x").await()));
		}

	}

	static class CallsLambda {

		private final Payments payments = new Payments();

		@Orchestrator
		void order(OrchestrationContext context) {
			context.<Payments, String>callActivity((bean) -> bean.balance());
			context.<String, String>callActivity(this.payments::charge);
		}

	}

	/**
	 * Defines a class as it is, but shows another file.
	 */
	private static final class Newer extends URLClassLoader {

		private final byte[] shown;

		Newer(byte[] shown) {
			super(new URL[0], CallVerifierTests.class.getClassLoader());
			this.shown = shown;
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			if (!name.equals(CallsOther.class.getName())) {
				return super.loadClass(name, resolve);
			}
			Class<?> known = findLoadedClass(name);
			if (known != null) {
				return known;
			}
			try {
				byte[] bytes = bytes(CallsOther.class);
				return defineClass(name, bytes, 0, bytes.length);
			}
			catch (IOException ex) {
				throw new ClassNotFoundException(name, ex);
			}
		}

		@Override
		public InputStream getResourceAsStream(String name) {
			return name.endsWith("$CallsOther.class") ? new ByteArrayInputStream(this.shown)
					: super.getResourceAsStream(name);
		}

	}

}
