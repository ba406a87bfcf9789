package planted.engine;

/**
 * Breaks a rule: the engine is given its threads.
 */
final class StartsThread {

	void run() {
		new Thread(() -> {
		}).start();
	}

}
