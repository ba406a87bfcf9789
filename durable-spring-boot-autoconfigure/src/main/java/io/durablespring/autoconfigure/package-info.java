/**
 * Wires adapters and runtime in Spring Boot applications. Depends on everything; nothing
 * depends on it.
 */
@NullMarked
package io.durablespring.autoconfigure;

import org.jspecify.annotations.NullMarked;
