package planted.local;

import planted.runtime.Node;

/**
 * Breaks a rule: local does not know the runtime.
 */
final class UsesRuntime {

	Node node;

}
