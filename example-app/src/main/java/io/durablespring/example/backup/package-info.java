/**
 * Fan-out and fan-in: copies every file below a directory in parallel and adds up what
 * was copied. Depends on the API of durable-spring and on the application's own
 * {@link io.durablespring.example.Command}.
 */
@NullMarked
package io.durablespring.example.backup;

import org.jspecify.annotations.NullMarked;
