package io.durablespring.local;

import java.util.List;
import java.util.Map;

/**
 * What an {@link InMemoryStore} keeps that nobody can ask it for.
 */
public final class StoredRows {

	private final InMemoryStore store;

	public StoredRows(InMemoryStore store) {
		this.store = store;
	}

	/** How many large values an instance has, by the name of their holder. */
	public Map<String, Integer> payloads(String instanceId) {
		return this.store.payloadCounts(instanceId);
	}

	public int payloadCount(String instanceId) {
		return payloads(instanceId).values().stream().mapToInt(Integer::intValue).sum();
	}

	/** The ids of outbox entries, due or not. */
	public List<String> entries() {
		return this.store.entryIds();
	}

}
