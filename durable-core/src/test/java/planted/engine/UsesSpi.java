package planted.engine;

import planted.spi.Store;

/**
 * Breaks a rule: the engine does not know the SPI.
 */
final class UsesSpi {

	Store store;

}
