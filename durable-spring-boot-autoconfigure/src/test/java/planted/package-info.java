/**
 * A base package in which every rule of the architecture is broken once, to show that
 * breaking it is noticed. No auto-configuration here is registered anywhere.
 */
@NullMarked
package planted;

import org.jspecify.annotations.NullMarked;
