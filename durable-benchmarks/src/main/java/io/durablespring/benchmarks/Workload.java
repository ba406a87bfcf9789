package io.durablespring.benchmarks;

/**
 * What is measured, the same for every system.
 */
interface Workload {

	/** Its name on the command line. */
	String name();

	/** Whether the system has what this needs. */
	boolean suits(Contender contender);

	/** Runs without being measured, until the JVM has compiled what matters. */
	void warmUp(Bench bench) throws Exception;

	/** Runs once, and notes figures. Fails if an output is wrong. */
	void run(Bench bench) throws Exception;

}
