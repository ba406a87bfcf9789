/**
 * Chaining: steps in sequence, each of which needs what the one before has given. If a
 * step fails for good, what was done before it is undone. Depends on the API of
 * durable-spring and on the application's own {@link io.durablespring.example.Command}.
 * <p>
 * Run it with {@code --chaining.item=teapot --chaining.price=40}.
 */
@NullMarked
package io.durablespring.example.chaining;

import org.jspecify.annotations.NullMarked;
