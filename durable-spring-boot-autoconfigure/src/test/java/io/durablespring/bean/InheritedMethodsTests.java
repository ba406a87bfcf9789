package io.durablespring.bean;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.durablespring.Activity;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.OrchestratorMethod;
import io.durablespring.engine.MethodReference;
import io.durablespring.runtime.Definition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for what method references and type variables mean where beans inherit.
 */
class InheritedMethodsTests {

	private final RegistrarContext beans = new RegistrarContext();

	@AfterEach
	void close() {
		this.beans.close();
	}

	@Test
	void typesOfAGenericSuperclassAreThoseOfTheBean() {
		this.beans.refresh(LongStep.class, LongMiddle.class);
		assertThat(this.beans.activity("inherited").inputType()).isEqualTo(Long.class);
		assertThat(this.beans.activity("inherited").resultType()).hasToString("java.util.List<java.lang.Long>");
		assertThat(this.beans.activity("convert").inputType())
			.hasToString("java.util.Map<java.lang.String, java.lang.Long>");
		assertThat(this.beans.activity("convert").resultType()).hasToString("java.util.Optional<java.lang.Long>");
		Definition flow = this.beans.registry().orchestrators("inheritedFlow").get(0);
		assertThat(flow.inputType()).isEqualTo(Long.class);
		assertThat(flow.resultType()).isEqualTo(Long.class);
	}

	@Test
	void aTypeVariableMayStandForAGenericType() {
		this.beans.refresh(Refunds.class);
		assertThat(this.beans.activity("handle").inputType()).isEqualTo(String.class);
		assertThat(this.beans.activity("handle").resultType())
			.hasToString("java.util.List<java.util.Map<java.lang.String, java.lang.Long>>");
	}

	@Test
	void aReferenceNamesTheBeanThatDoesNotOverrideItsMethod() {
		this.beans.refresh(Flow.class, AnotherFlow.class, VipFlow.class);
		OrchestratorMethod.Runnable<Flow> flow = Flow::run;
		assertThat(this.beans.registry().orchestrator(MethodReference.of(flow)).name()).isEqualTo("flow");
		OrchestratorMethod.Runnable<VipFlow> vip = VipFlow::run;
		assertThat(this.beans.registry().orchestrator(MethodReference.of(vip)).name()).isEqualTo("vip");
	}

	@Test
	void aReferenceThatMayMeanSeveralBeansIsRefused() {
		this.beans.refresh(AnotherFlow.class, VipFlow.class);
		OrchestratorMethod.Runnable<Flow> flow = Flow::run;
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.beans.registry().orchestrator(MethodReference.of(flow)))
			.withMessageStartingWith("Flow::run may mean any of [another, vip].");
	}

	@Test
	void aReferenceToAGenericMethodNamesWhatImplementsIt() {
		this.beans.refresh(LongRunning.class);
		OrchestratorMethod.Consumer<Running<Long>, Long> running = Running::run;
		assertThat(this.beans.registry().orchestrator(MethodReference.of(running)).name()).isEqualTo("long");
	}

	abstract static class Step<T> {

		@Activity
		List<T> inherited(T input) {
			return List.of(input);
		}

		@Orchestrator
		T inheritedFlow(OrchestrationContext context, T input) {
			return input;
		}

	}

	abstract static class Conversion<I, O> {

		@Activity
		abstract O convert(I input);

	}

	abstract static class Middle<T> extends Conversion<Map<String, T>, Optional<T>> {

		@Override
		Optional<T> convert(Map<String, T> input) {
			return Optional.empty();
		}

	}

	static class LongStep extends Step<Long> {

	}

	static class LongMiddle extends Middle<Long> {

	}

	interface Running<T> {

		void run(OrchestrationContext context, T input);

	}

	static class LongRunning implements Running<Long> {

		@Override
		@Orchestrator("long")
		public void run(OrchestrationContext context, Long input) {
		}

	}

	abstract static class Handler<T, R> {

		@Activity
		R handle(T input) {
			throw new IllegalStateException("never called");
		}

	}

	static class Refunds extends Handler<String, List<Map<String, Long>>> {

	}

	static class Flow {

		@Orchestrator("flow")
		void run(OrchestrationContext context) {
		}

	}

	static class AnotherFlow extends Flow {

		@Override
		@Orchestrator("another")
		void run(OrchestrationContext context) {
		}

	}

	static class VipFlow extends Flow {

		@Override
		@Orchestrator("vip")
		void run(OrchestrationContext context) {
		}

	}

}
