package io.durablespring.runtime;

import java.lang.reflect.Method;

import io.durablespring.DurableException;

/**
 * An annotated method cannot be an orchestrator or activity.
 */
public class InvalidDefinitionException extends DurableException {

	private static final long serialVersionUID = 1L;

	private final transient Method method;

	private final String problem;

	private final String action;

	/**
	 * Creates the exception.
	 * @param method the annotated method
	 * @param problem what is wrong with it
	 * @param action how to mend it
	 */
	public InvalidDefinitionException(Method method, String problem, String action) {
		super(describe(method) + " " + problem + ". " + action);
		this.method = method;
		this.problem = problem;
		this.action = action;
	}

	static String describe(Method method) {
		return method.getDeclaringClass().getName() + "." + method.getName();
	}

	/**
	 * The annotated method.
	 * @return the method
	 */
	public Method method() {
		return this.method;
	}

	/**
	 * What is wrong.
	 * @return a clause that goes on from the method's name
	 */
	public String problem() {
		return this.problem;
	}

	/**
	 * How to mend it.
	 * @return a sentence
	 */
	public String action() {
		return this.action;
	}

}
