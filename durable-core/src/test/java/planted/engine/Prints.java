package planted.engine;

/**
 * Breaks a rule: the engine has no side effects.
 */
final class Prints {

	void run() {
		System.out.println("!");
	}

}
