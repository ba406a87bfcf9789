/**
 * Chaining: activities in sequence. Depends on the API of durable-spring and on the
 * application's own {@link io.durablespring.example.Command}.
 */
@NullMarked
package io.durablespring.example.hello;

import org.jspecify.annotations.NullMarked;
