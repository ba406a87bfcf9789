package planted.engine;

/**
 * Breaks a rule: time is an argument of the engine.
 */
final class UsesClock {

	long run() {
		return System.nanoTime();
	}

}
