package io.durablespring.local;

import java.util.List;

/**
 * What an {@link InMemoryStore} keeps that nobody can ask it for.
 */
public final class StoredRows {

	private final InMemoryStore store;

	public StoredRows(InMemoryStore store) {
		this.store = store;
	}

	/** The ids of outbox entries, due or not. */
	public List<String> entries() {
		return this.store.entryIds();
	}

}
