/**
 * Finds orchestrators and activities among an application's beans. Depends on the API
 * package and the runtime's public types.
 */
@NullMarked
package io.durablespring.bean;

import org.jspecify.annotations.NullMarked;
