/**
 * Monitor: looks at something again and again, until it is as wished or the time is over.
 * Depends on the API of durable-spring and on the application's own
 * {@link io.durablespring.example.Command}.
 * <p>
 * Run it with {@code --monitor.url=http://localhost:8080/actuator/health}.
 */
@NullMarked
package io.durablespring.example.monitor;

import org.jspecify.annotations.NullMarked;
