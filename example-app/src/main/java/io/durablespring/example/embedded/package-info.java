/**
 * Broker and database inside this process, so that the examples need nothing installed.
 * Depends on Kafka's server classes; nothing depends on it.
 */
@NullMarked
package io.durablespring.example.embedded;

import org.jspecify.annotations.NullMarked;
