/**
 * Eternal orchestration: a clean-up that runs every night, for as long as there is the
 * application, once for all of its nodes. Depends on the API of durable-spring and on the
 * application's own {@link io.durablespring.example.Command}.
 * <p>
 * Run it with {@code --cleanup.keep=30d --cleanup.now=true}.
 */
@NullMarked
package io.durablespring.example.cleanup;

import org.jspecify.annotations.NullMarked;
