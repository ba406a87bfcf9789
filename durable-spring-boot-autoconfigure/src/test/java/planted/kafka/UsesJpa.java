package planted.kafka;

import planted.jpa.Table;

/**
 * Breaks two rules: adapters do not know each other, and this is one half of a cycle.
 */
final class UsesJpa {

	Table table;

}
