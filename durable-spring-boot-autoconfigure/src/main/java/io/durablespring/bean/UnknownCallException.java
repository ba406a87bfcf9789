package io.durablespring.bean;

import java.util.List;

import io.durablespring.DurableException;

/**
 * Orchestrators call methods that are no activity or orchestrator of this application.
 */
public class UnknownCallException extends DurableException {

	private static final long serialVersionUID = 1L;

	private final List<String> problems;

	/**
	 * Creates the exception.
	 * @param problems what is wrong, a sentence for each call
	 */
	public UnknownCallException(List<String> problems) {
		super(String.join(" ", problems));
		this.problems = List.copyOf(problems);
	}

	/**
	 * What is wrong.
	 * @return a sentence for each call
	 */
	public List<String> problems() {
		return this.problems;
	}

}
