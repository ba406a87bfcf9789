package planted.local;

import planted.engine.Step;

/**
 * Breaks a rule: implementations of the SPI do not know the engine.
 */
final class UsesEngine {

	Step step;

}
