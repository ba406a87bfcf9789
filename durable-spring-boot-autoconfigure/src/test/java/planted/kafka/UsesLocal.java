package planted.kafka;

import planted.local.Memory;

/**
 * Breaks a rule: adapters do not know the reference implementations.
 */
final class UsesLocal {

	Memory memory;

}
