/**
 * The moving parts of a node: workers, relay and client. Depends on API, history, engine
 * and SPI.
 */
@NullMarked
package io.durablespring.runtime;

import org.jspecify.annotations.NullMarked;
