/**
 * Asynchronous HTTP API: a request that takes long is answered at once with 202 and the
 * address where its status, and in the end its result, is found. Depends on the API of
 * durable-spring and on the application's own {@link io.durablespring.example.Command}.
 * <p>
 * Run it with {@code --http.year=2025}, or POST to {@code /reports}.
 */
@NullMarked
package io.durablespring.example.http;

import org.jspecify.annotations.NullMarked;
