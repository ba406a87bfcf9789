/**
 * The test kit: contract suites for stores and transports. Depends on core and test
 * libraries only.
 */
@NullMarked
package io.durablespring.test;

import org.jspecify.annotations.NullMarked;
