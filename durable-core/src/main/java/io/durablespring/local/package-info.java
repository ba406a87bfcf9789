/**
 * The reference implementations of the SPI, in memory and in process. Depends on the SPI
 * and what that depends on.
 */
@NullMarked
package io.durablespring.local;

import org.jspecify.annotations.NullMarked;
