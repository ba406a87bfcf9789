/**
 * Carries messages over Kafka topics. Depends on the API, history and SPI packages, Kafka
 * and Spring Kafka.
 */
@NullMarked
package io.durablespring.kafka;

import org.jspecify.annotations.NullMarked;
