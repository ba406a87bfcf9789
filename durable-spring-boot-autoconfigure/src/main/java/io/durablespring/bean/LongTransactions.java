package io.durablespring.bean;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;

import io.durablespring.runtime.InvalidDefinitionException;

import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * Rejects transactions around orchestrators. One would hold a database connection for as
 * long as the orchestrator waits, and roll back what is recorded elsewhere.
 */
final class LongTransactions {

	// By name: neither library need be present. The attribute says when to open one.
	private static final Map<String, String> ANNOTATIONS = Map.of(
			"org.springframework.transaction.annotation.Transactional", "propagation",
			"jakarta.transaction.Transactional", "value");

	private static final List<String> HARMLESS = List.of("SUPPORTS", "NOT_SUPPORTED", "NEVER");

	private LongTransactions() {
	}

	static void reject(Method orchestrator, Class<?> beanType) {
		ANNOTATIONS.forEach((annotation, attribute) -> {
			// As Spring looks for it: what stands on the method hides what stands on the
			// class.
			Map<String, Object> attributes = AnnotatedElementUtils.findMergedAnnotationAttributes(orchestrator,
					annotation, false, false);
			if (attributes == null) {
				attributes = AnnotatedElementUtils.findMergedAnnotationAttributes(beanType, annotation, false, false);
			}
			if (attributes != null && !HARMLESS.contains(String.valueOf(attributes.get(attribute)))) {
				throw new InvalidDefinitionException(orchestrator, "is an @Orchestrator and @Transactional",
						"It may wait for days and must not hold a database connection: move @Transactional "
								+ "to its activities, or move the orchestrator to a bean of its own.");
			}
		});
	}

}
