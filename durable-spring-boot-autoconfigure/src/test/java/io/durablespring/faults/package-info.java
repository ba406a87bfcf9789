/**
 * An application that is killed, its broker and database that are killed, and a checker
 * that finds what is lost or done twice. The checker shares no code with the engine; the
 * application uses nothing but the public API.
 */
@NullMarked
package io.durablespring.faults;

import org.jspecify.annotations.NullMarked;
