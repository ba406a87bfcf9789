/**
 * What application authors program against: annotations, orchestration context, tasks and
 * client. Depends on nothing else of durable-spring.
 */
@NullMarked
package io.durablespring;

import org.jspecify.annotations.NullMarked;
