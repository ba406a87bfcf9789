package planted.spi;

import planted.engine.Step;

/**
 * Breaks a rule: the SPI does not know the engine.
 */
final class UsesEngine {

	Step step;

}
