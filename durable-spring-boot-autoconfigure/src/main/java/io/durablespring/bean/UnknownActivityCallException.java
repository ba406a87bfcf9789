package io.durablespring.bean;

import java.util.List;

import io.durablespring.DurableException;

/**
 * Orchestrators call methods that no activity of this application stands behind.
 */
public class UnknownActivityCallException extends DurableException {

	private static final long serialVersionUID = 1L;

	private final List<String> problems;

	/**
	 * Creates the exception.
	 * @param problems what is wrong, a sentence for each call
	 */
	public UnknownActivityCallException(List<String> problems) {
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
