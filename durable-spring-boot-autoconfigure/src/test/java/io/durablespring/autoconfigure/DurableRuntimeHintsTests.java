package io.durablespring.autoconfigure;

import java.util.stream.Stream;

import io.durablespring.FailureDetails;
import io.durablespring.history.HistoryCodec;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import io.durablespring.history.MessageCodec;
import org.junit.jupiter.api.Test;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DurableRuntimeHints}.
 */
class DurableRuntimeHintsTests {

	private final RuntimeHints hints = new RuntimeHints();

	@Test
	void itIsFoundBySpring() {
		assertThat(SpringFactoriesLoader.forResourceLocation("META-INF/spring/aot.factories")
			.load(RuntimeHintsRegistrar.class)).hasAtLeastOneElementOfType(DurableRuntimeHints.class);
	}

	@Test
	void scriptsAndStoredRecordsAreKept() {
		register();
		assertThat(RuntimeHintsPredicates.resource().forResource("io/durablespring/jpa/schema-h2.sql"))
			.accepts(this.hints);
		for (Class<?> type : new Class<?>[] { HistoryEvent.TaskScheduled.class, HistoryEvent.ExecutionResumed.class,
				Message.ToActivity.class, Message.ToOrchestration.class, FailureDetails.class }) {
			assertThat(RuntimeHintsPredicates.reflection().onType(type)).accepts(this.hints);
			assertThat(RuntimeHintsPredicates.reflection().onConstructorInvocation(type.getDeclaredConstructors()[0]))
				.accepts(this.hints);
		}
	}

	@Test
	void concealedRecordsAreWhereTheyAreThoughtToBe() {
		register();
		for (String name : DurableRuntimeHints.CONCEALED_RECORDS) {
			assertThat(ClassUtils.isPresent(name, null)).as(name).isTrue();
			assertThat(RuntimeHintsPredicates.reflection().onType(TypeReference.of(name))).accepts(this.hints);
		}
	}

	@Test
	void theRecordsOfTheCodecsCanBeBound() {
		register();
		assertThat(Stream.of(HistoryCodec.class, MessageCodec.class)
			.flatMap((codec) -> Stream.of(codec.getDeclaredClasses()))
			.filter(Class::isRecord)
			.map(Class::getName)).isSubsetOf(DurableRuntimeHints.CONCEALED_RECORDS);
	}

	private void register() {
		new DurableRuntimeHints().registerHints(this.hints, getClass().getClassLoader());
	}

}
