/**
 * A base package in which every rule of the architecture is broken once, to show that
 * breaking it is noticed. Every other class here keeps to the rules.
 */
@NullMarked
package planted;

import org.jspecify.annotations.NullMarked;
