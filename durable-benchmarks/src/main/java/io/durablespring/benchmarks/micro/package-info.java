/**
 * The engine and the codec alone, by JMH.
 */
@NullMarked
package io.durablespring.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
