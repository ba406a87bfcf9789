package io.durablespring.runtime;

import java.io.Serializable;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Objects;

import io.durablespring.RetryPolicy;
import io.durablespring.UnknownNameException;
import io.durablespring.engine.ActivityTarget;
import io.durablespring.engine.Locality;
import io.durablespring.engine.MethodReference;
import io.durablespring.engine.OrchestratorTarget;
import io.durablespring.engine.TargetResolver;
import org.jspecify.annotations.Nullable;

/**
 * Finds what calls and starts mean, with the versions and retry policies that apply.
 * Thread-safe.
 */
final class Targets implements TargetResolver {

	/** The key of the policy for activities that have none of their own. */
	private static final String DEFAULT_POLICY = "default";

	private final DefinitionRegistry registry;

	private final OrchestratorVersions versions;

	private final Map<String, RetryPolicy> retryPolicies;

	// Keyed by the class that the JVM makes for each place where a reference is written.
	private final ClassValue<ReferenceCache> references = new ClassValue<>() {
		@Override
		protected ReferenceCache computeValue(Class<?> type) {
			return new ReferenceCache();
		}
	};

	Targets(DefinitionRegistry registry, OrchestratorVersions versions, Map<String, RetryPolicy> retryPolicies) {
		this.registry = registry;
		this.versions = versions;
		this.retryPolicies = retryPolicies;
	}

	@Override
	public ActivityTarget activity(Serializable reference) {
		Objects.requireNonNull(reference, "activity must not be null");
		ReferenceCache cache = this.references.get(reference.getClass());
		ActivityTarget target = cache.activity;
		if (target == null) {
			MethodReference method = MethodReference.of(reference);
			target = withPolicy(this.registry.activity(method)
				.orElseThrow(() -> new UnknownNameException("Activity", method.toString(),
						this.registry.activities().stream().map(Definition::name).toList())));
			cache.activity = target;
		}
		return target;
	}

	@Override
	public ActivityTarget activity(String name, Type resultType) {
		Objects.requireNonNull(name, "activity must not be null");
		Objects.requireNonNull(resultType, "resultType must not be null");
		Definition known = this.registry.activity(name).orElse(null);
		// The declared type of the input is left out: by name, the caller's value counts.
		return withPolicy(new ActivityTarget(name, (known == null || known.queue().isEmpty()) ? null : known.queue(),
				null, resultType, (known != null) ? known.retryPolicy() : null,
				(known != null) ? known.locality() : Locality.ELSEWHERE));
	}

	private ActivityTarget withPolicy(ActivityTarget target) {
		RetryPolicy policy = this.retryPolicies.get(target.name());
		if (policy == null && target.retryPolicy() == null) {
			policy = this.retryPolicies.get(DEFAULT_POLICY);
		}
		policy = (policy != null) ? policy : target.retryPolicy();
		// One attempt is what there is without a policy.
		return new ActivityTarget(target.name(), target.queue(), target.inputType(), target.resultType(),
				(policy != null && policy.maxAttempts() > 1) ? policy : null, target.locality());
	}

	@Override
	public OrchestratorTarget orchestrator(Serializable reference) {
		Objects.requireNonNull(reference, "orchestrator must not be null");
		ReferenceCache cache = this.references.get(reference.getClass());
		OrchestratorTarget target = cache.orchestrator;
		if (target == null) {
			MethodReference method = MethodReference.of(reference);
			OrchestratorTarget found = this.registry.orchestrator(method);
			target = new OrchestratorTarget(found.name(),
					(found.version() != null) ? found.version() : this.versions.defaultFor(found.name()),
					found.inputType(), found.resultType());
			cache.orchestrator = target;
		}
		return target;
	}

	@Override
	public OrchestratorTarget orchestrator(String name, Type resultType) {
		Objects.requireNonNull(name, "orchestrator must not be null");
		Objects.requireNonNull(resultType, "resultType must not be null");
		String version = this.versions.defaultFor(name);
		return new OrchestratorTarget(name, version,
				this.versions.find(name, version).map(Definition::inputType).orElse(null), resultType);
	}

	private static final class ReferenceCache {

		private volatile @Nullable ActivityTarget activity;

		private volatile @Nullable OrchestratorTarget orchestrator;

	}

}
