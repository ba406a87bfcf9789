package planted.history;

import planted.spi.Store;

/**
 * Breaks two rules: history depends on the API alone, and this closes a cycle.
 */
final class UsesSpi {

	Store store;

}
