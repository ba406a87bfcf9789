package planted.engine;

/**
 * Breaks a rule: the engine has no side effects.
 */
final class UsesPlatformLogger {

	void run(System.Logger logger) {
		logger.log(System.Logger.Level.INFO, "!");
	}

}
