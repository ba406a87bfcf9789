package io.durablespring.runtime;

import java.io.Serializable;
import java.lang.reflect.Type;

import io.durablespring.engine.ActivityTarget;
import io.durablespring.engine.OrchestratorTarget;
import io.durablespring.engine.TargetResolver;

/**
 * For code that calls nothing.
 */
final class NoTargets implements TargetResolver {

	@Override
	public ActivityTarget activity(Serializable reference) {
		throw new UnsupportedOperationException();
	}

	@Override
	public ActivityTarget activity(String name, Type resultType) {
		throw new UnsupportedOperationException(name);
	}

	@Override
	public OrchestratorTarget orchestrator(Serializable reference) {
		throw new UnsupportedOperationException();
	}

	@Override
	public OrchestratorTarget orchestrator(String name, Type resultType) {
		throw new UnsupportedOperationException(name);
	}

}
