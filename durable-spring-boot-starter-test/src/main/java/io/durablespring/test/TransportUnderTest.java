package io.durablespring.test;

import java.util.function.Function;

import io.durablespring.spi.Transport;

/**
 * A transport that a contract suite checks.
 *
 * @param opener opens the transport of another node of the task hub that it is given, the
 * same for all nodes of one test; the transport is not started
 * @param keepsMessages whether the transport keeps messages while no node runs. If not,
 * it must rely on the outbox and complete a send only when the receiver is done with the
 * message
 */
public record TransportUnderTest(Function<String, Transport> opener, boolean keepsMessages) {
}
