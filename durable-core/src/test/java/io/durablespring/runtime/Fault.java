package io.durablespring.runtime;

/**
 * What goes wrong in a {@link SimulatedHub}.
 */
enum Fault {

	/** A node dies, at any call of its store or broker, and another takes its place. */
	CRASH,

	/** The store fails before it has done anything. */
	STORE_DOWN,

	/** The store does what it was asked to, and says that it has failed. */
	ANSWER_LOST,

	/**
	 * Another node takes the same messages between a node's look at the store and its
	 * commit.
	 */
	CONFLICT,

	/** Instances move to another node, which may have parked them long ago. */
	REBALANCE,

	/**
	 * The broker takes nothing, or takes it and says that it has failed, or says so late.
	 */
	BROKER_DOWN,

	/** Messages are delivered again. */
	DUPLICATION,

	/** Messages are delivered in any order and in batches of any size. */
	REORDERING,

	/** Time goes on before everything is done that can be. */
	DELAY,

	/** Operators suspend and resume. */
	SUSPENSION,

	/** Operators rewind at once what has failed, its leaves first, and more than once. */
	HASTE

}
