package io.durablespring.benchmarks;

/**
 * The programs as DBOS Transact has them: it runs them through an interface.
 */
public interface DbosPrograms {

	/**
	 * Runs a program.
	 * @param program its name
	 * @param size how much of it
	 * @param text for {@link Program#ECHO}
	 * @return the output
	 */
	String run(String program, int size, String text);

	/**
	 * A step as a workflow of its own, which is how DBOS runs steps side by side.
	 * @param number any number
	 * @return the same number
	 */
	int identity(int number);

}
