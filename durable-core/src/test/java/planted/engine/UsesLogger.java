package planted.engine;

import org.slf4j.Logger;

/**
 * Breaks a rule: the engine does not log.
 */
final class UsesLogger {

	void run(Logger logger) {
		logger.info("!");
	}

}
