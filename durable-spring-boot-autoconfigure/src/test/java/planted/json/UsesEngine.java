package planted.json;

import planted.engine.Step;

/**
 * Breaks a rule: adapters do not know the engine.
 */
final class UsesEngine {

	Step step;

}
