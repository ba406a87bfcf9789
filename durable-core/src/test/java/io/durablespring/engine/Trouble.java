package io.durablespring.engine;

/**
 * What a disturbed {@link EngineWorld} does to its actors.
 */
enum Trouble {

	/** Parked executions are dropped. */
	EVICTION,

	/** Messages come again, also long after they were taken in. */
	DUPLICATION,

	/** Messages come in any order and in batches of any size. */
	REORDERING,

	/**
	 * Messages take their time; so timers and timeouts overtake what is faster otherwise.
	 */
	DELAY,

	/** Clocks differ, and go back. */
	CLOCKS,

	/** Operators suspend and resume. */
	SUSPENSION,

	/** Operators rewind at once what has failed, and more than once. */
	HASTE

}
