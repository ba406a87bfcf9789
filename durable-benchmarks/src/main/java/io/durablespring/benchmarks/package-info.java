/**
 * Benchmarks of whole systems, durable-spring and others side by side. Uses
 * durable-spring as an application would; nothing uses this package.
 */
@NullMarked
package io.durablespring.benchmarks;

import org.jspecify.annotations.NullMarked;
