package io.durablespring.runtime;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.Executor;

import io.durablespring.history.PayloadCodec;
import io.durablespring.spi.InstanceQueries;
import io.durablespring.spi.OrchestrationStore;
import io.durablespring.spi.Outbox;
import io.durablespring.spi.RuntimeListener;
import io.durablespring.spi.Transport;

/**
 * What a node stands on.
 *
 * @param store where instances are kept
 * @param outbox the store's outbox
 * @param queries the store's read side
 * @param transport what carries messages
 * @param codec how values become payloads
 * @param clock the time
 * @param threads runs each task on a thread of its own, without a limit: a parked
 * execution holds its thread
 * @param listeners who is told
 */
public record RuntimePorts(OrchestrationStore store, Outbox outbox, InstanceQueries queries, Transport transport,
		PayloadCodec codec, Clock clock, Executor threads, List<RuntimeListener> listeners) {

	public RuntimePorts {
		listeners = List.copyOf(listeners);
	}

}
