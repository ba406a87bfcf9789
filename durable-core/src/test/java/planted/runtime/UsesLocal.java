package planted.runtime;

import planted.local.Memory;

/**
 * Breaks a rule: the runtime does not know implementations of the SPI.
 */
final class UsesLocal {

	Memory memory;

}
