/**
 * Human interaction: asks somebody, waits for the answer, asks somebody else if it does
 * not come in time. Depends on the API of durable-spring and on the application's own
 * {@link io.durablespring.example.Command}.
 * <p>
 * Run it with {@code --approval.request="A new laptop"}.
 */
@NullMarked
package io.durablespring.example.approval;

import org.jspecify.annotations.NullMarked;
