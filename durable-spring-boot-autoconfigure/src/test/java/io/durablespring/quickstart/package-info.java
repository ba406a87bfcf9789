/**
 * The code that the README begins with, as it stands there.
 */
@NullMarked
package io.durablespring.quickstart;

import org.jspecify.annotations.NullMarked;
