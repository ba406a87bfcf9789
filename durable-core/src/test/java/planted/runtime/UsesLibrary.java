package planted.runtime;

import org.assertj.core.api.Assertions;

/**
 * Breaks a rule: core depends on no library.
 */
final class UsesLibrary {

	Assertions assertions;

}
