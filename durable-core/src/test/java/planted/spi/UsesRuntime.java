package planted.spi;

import planted.runtime.Node;

/**
 * Breaks a rule: the SPI does not know the runtime.
 */
final class UsesRuntime {

	Node node;

}
