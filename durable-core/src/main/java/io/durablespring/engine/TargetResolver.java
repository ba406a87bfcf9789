package io.durablespring.engine;

import java.io.Serializable;
import java.lang.reflect.Type;

/**
 * Finds the activity or orchestrator that a call means. Thread-safe.
 */
public interface TargetResolver {

	/**
	 * The activity that a method reference names.
	 * @param reference one of the shapes of {@link io.durablespring.ActivityMethod}
	 * @return the activity
	 * @throws IllegalArgumentException if it names no activity
	 */
	ActivityTarget activity(Serializable reference);

	/**
	 * The activity with a name.
	 * @param name the activity's name
	 * @param resultType the type that its result is to be read as
	 * @return the activity, with what this node knows of it
	 */
	ActivityTarget activity(String name, Type resultType);

	/**
	 * The orchestrator that a method reference names.
	 * @param reference one of the shapes of {@link io.durablespring.OrchestratorMethod}
	 * @return the orchestrator
	 * @throws IllegalArgumentException if it names no orchestrator
	 */
	OrchestratorTarget orchestrator(Serializable reference);

	/**
	 * The orchestrator with a name.
	 * @param name the orchestrator's name
	 * @param resultType the type that its result is to be read as
	 * @return the orchestrator, with what this node knows of it
	 */
	OrchestratorTarget orchestrator(String name, Type resultType);

}
