/**
 * The example application: starts Spring Boot, runs what the arguments ask for. Depends
 * on the examples only through {@link io.durablespring.example.Command}.
 */
@NullMarked
package io.durablespring.example;

import org.jspecify.annotations.NullMarked;
