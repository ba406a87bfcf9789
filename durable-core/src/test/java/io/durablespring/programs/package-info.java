/**
 * Random orchestrators as data, for the property-based tests of engine and runtime.
 * Depends on the API, history and jqwik.
 */
@NullMarked
package io.durablespring.programs;

import org.jspecify.annotations.NullMarked;
