package planted.actuate;

import planted.autoconfigure.OpenAutoConfiguration;

/**
 * Breaks a rule: nothing knows who wires it.
 */
final class UsesConfiguration {

	OpenAutoConfiguration configuration;

}
