package io.durablespring.runtime;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An outbox entry that looks after local calls: should this node die, another one sends
 * it, and what it says gets the calls done. It goes when its batch is over and the
 * outcome of each call is safe. Thread-safe.
 */
final class LocalEntry {

	private final String id;

	private final OutboxRelay relay;

	/** Calls, and the batch. */
	private final AtomicInteger holders = new AtomicInteger(1);

	LocalEntry(String id, OutboxRelay relay) {
		this.id = id;
		this.relay = relay;
	}

	/** It looks after one more call. Not to be called when nobody holds it. */
	void hold() {
		this.holders.incrementAndGet();
	}

	/**
	 * The batch has failed, and what is stored of it may need the entry: it is sent in
	 * any case, for it does no harm.
	 */
	void abandon() {
		this.relay.forget(List.of(this.id));
	}

	/** The outcome of a call is safe, or the batch is over. */
	void release() {
		if (this.holders.decrementAndGet() == 0) {
			this.relay.done(this.id);
		}
	}

}
