package io.durablespring.runtime;

import java.util.Optional;

import io.durablespring.Payload;
import io.durablespring.StoreUnavailableException;
import io.durablespring.history.Message.ToActivity;
import io.durablespring.history.PayloadCodec;
import io.durablespring.spi.InstanceQueries;
import io.durablespring.spi.OrchestrationStore;
import io.durablespring.spi.PayloadHolder;
import io.durablespring.spi.StoredPayload;

/**
 * Keeps how far calls have come: one value for all attempts of a call, which goes with
 * the other values of the call. Thread-safe.
 */
final class Progress {

	private final PayloadCodec codec;

	private final OrchestrationStore store;

	private final InstanceQueries queries;

	Progress(PayloadCodec codec, RuntimePorts ports) {
		this.codec = codec;
		this.store = ports.store();
		this.queries = ports.queries();
	}

	/** Keeps a value; if the store is away, the next one is kept. */
	void save(ToActivity call, Object progress) {
		Payload payload = this.codec.write(progress);
		if (payload == null) {
			return;
		}
		String json = (payload.content() != null) ? payload.content() : payload.json();
		try {
			// The key is that of the first attempt: its name as a holder, too.
			this.store.replacePayload(
					new StoredPayload(new PayloadHolder(call.instanceId(), call.idempotencyKey()), idOf(call), json));
		}
		catch (StoreUnavailableException ex) {
			// Work must not fail because nobody can be told of it just now.
		}
	}

	<T> Optional<T> read(ToActivity call, Class<T> type) {
		return this.queries.payload(idOf(call)).map((json) -> type.cast(this.codec.read(Payload.of(json), type)));
	}

	private static String idOf(ToActivity call) {
		return "progress-" + call.idempotencyKey();
	}

}
