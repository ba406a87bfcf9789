/**
 * What operators see: actuator endpoints, health and metrics. Depends on the API, history
 * and SPI packages and the runtime's public types.
 */
@NullMarked
package io.durablespring.actuate;

import org.jspecify.annotations.NullMarked;
