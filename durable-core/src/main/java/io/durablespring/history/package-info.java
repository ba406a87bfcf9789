/**
 * What is stored and sent: history events, messages and their codecs. Names here are
 * stored for ever, so this package only grows. Depends on the API package only.
 */
@NullMarked
package io.durablespring.history;

import org.jspecify.annotations.NullMarked;
