/**
 * What adapters implement: storage, transport, listeners. Depends on the API and history
 * packages only.
 */
@NullMarked
package io.durablespring.spi;

import org.jspecify.annotations.NullMarked;
