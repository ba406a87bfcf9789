package io.durablespring.autoconfigure;

import java.util.stream.Stream;

import io.durablespring.FailureDetails;
import io.durablespring.ParentInstance;
import io.durablespring.RetryPolicy;
import io.durablespring.history.Attempt;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;
import org.springframework.util.ClassUtils;

/**
 * What ahead-of-time compilation cannot see: schema scripts, and the records that are
 * stored, sent or shown.
 */
final class DurableRuntimeHints implements RuntimeHintsRegistrar {

	/**
	 * Stored, sent or shown, too, but no one's business outside of their packages.
	 */
	static final String[] CONCEALED_RECORDS = { "io.durablespring.actuate.PayloadDisplay$FailureDescriptor",
			"io.durablespring.history.HistoryCodec$Tags", "io.durablespring.history.MessageCodec$Stored",
			"io.durablespring.history.MessageCodec$StoredList", "io.durablespring.kafka.WireFormat$ActivityCall" };

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.resources().registerPattern("io/durablespring/jpa/schema-*.sql");
		Class<?>[] records = Stream
			.of(HistoryEvent.class, Message.class, FailureDetails.class, Attempt.class, RetryPolicy.class,
					ParentInstance.class)
			.flatMap(DurableRuntimeHints::leaves)
			.toArray(Class<?>[]::new);
		new BindingReflectionHintsRegistrar().registerReflectionHints(hints.reflection(), records);
		for (String name : CONCEALED_RECORDS) {
			if (ClassUtils.isPresent(name, classLoader)) {
				hints.reflection()
					.registerType(TypeReference.of(name), MemberCategory.INVOKE_DECLARED_CONSTRUCTORS,
							MemberCategory.INVOKE_DECLARED_METHODS, MemberCategory.ACCESS_DECLARED_FIELDS);
			}
		}
	}

	private static Stream<Class<?>> leaves(Class<?> type) {
		return type.isSealed() ? Stream.of(type.getPermittedSubclasses()).flatMap(DurableRuntimeHints::leaves)
				: Stream.of(type);
	}

}
