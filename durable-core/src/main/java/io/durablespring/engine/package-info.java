/**
 * Pure replay: history and new events in, new history and messages out. Depends on the
 * API and history packages and on {@code java.*} only; time, threads and codecs are
 * arguments.
 */
@NullMarked
package io.durablespring.engine;

import org.jspecify.annotations.NullMarked;
