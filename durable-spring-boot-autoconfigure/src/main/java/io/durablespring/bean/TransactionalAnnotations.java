package io.durablespring.bean;

import java.lang.reflect.Method;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import io.durablespring.runtime.InvalidDefinitionException;
import io.durablespring.spi.TransactionSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * Reads what is said of transactions, by Spring's annotation or Jakarta's.
 */
final class TransactionalAnnotations {

	// By name: neither library need be present. The attribute says when to open one.
	private static final Map<String, String> ANNOTATIONS = Map.of(
			"org.springframework.transaction.annotation.Transactional", "propagation",
			"jakarta.transaction.Transactional", "value");

	private static final List<String> HARMLESS = List.of("SUPPORTS", "NOT_SUPPORTED", "NEVER");

	private static final List<String> JOINING = List.of("REQUIRED", "MANDATORY");

	private static final Map<String, Integer> ISOLATIONS = Map.of("READ_UNCOMMITTED",
			Connection.TRANSACTION_READ_UNCOMMITTED, "READ_COMMITTED", Connection.TRANSACTION_READ_COMMITTED,
			"REPEATABLE_READ", Connection.TRANSACTION_REPEATABLE_READ, "SERIALIZABLE",
			Connection.TRANSACTION_SERIALIZABLE);

	private TransactionalAnnotations() {
	}

	/**
	 * Rejects transactions around orchestrators. One would hold a database connection for
	 * as long as the orchestrator waits, and roll back what is recorded elsewhere.
	 */
	static void reject(Method orchestrator, Class<?> beanType) {
		ANNOTATIONS.forEach((annotation, attribute) -> {
			Map<String, Object> attributes = attributes(annotation, orchestrator, beanType);
			if (attributes != null && !HARMLESS.contains(String.valueOf(attributes.get(attribute)))) {
				throw new InvalidDefinitionException(orchestrator, "is an @Orchestrator and @Transactional",
						"It may wait for days and must not hold a database connection: move @Transactional "
								+ "to its activities, or move the orchestrator to a bean of its own.");
			}
		});
	}

	/**
	 * The transaction that an activity would join. One that only reads need not be known
	 * to have run.
	 * @param isStores whether a transaction manager, by its qualifier, is that of the
	 * store; an empty one means the default
	 * @return the transaction, {@code null} if it joins none of the store
	 */
	static @Nullable TransactionSettings joinedBy(Method activity, Class<?> beanType, Predicate<String> isStores) {
		for (Map.Entry<String, String> annotation : ANNOTATIONS.entrySet()) {
			Map<String, Object> attributes = attributes(annotation.getKey(), activity, beanType);
			if (attributes != null && JOINING.contains(String.valueOf(attributes.get(annotation.getValue())))
					&& !Boolean.TRUE.equals(attributes.get("readOnly"))
					&& isStores.test((String) attributes.getOrDefault("transactionManager", ""))) {
				return settings(attributes);
			}
		}
		return null;
	}

	private static TransactionSettings settings(Map<String, Object> attributes) {
		int isolation = ISOLATIONS.getOrDefault(String.valueOf(attributes.get("isolation")), -1);
		return new TransactionSettings(isolation, (int) attributes.getOrDefault("timeout", -1));
	}

	// As Spring looks for it: what stands on the method hides what stands on the class.
	private static @Nullable Map<String, Object> attributes(String annotation, Method method, Class<?> beanType) {
		Map<String, Object> attributes = AnnotatedElementUtils.findMergedAnnotationAttributes(method, annotation, false,
				false);
		return (attributes != null) ? attributes
				: AnnotatedElementUtils.findMergedAnnotationAttributes(beanType, annotation, false, false);
	}

}
