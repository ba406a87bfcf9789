package io.durablespring.spi;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The outbox as its relay sees it. Entries get in through {@link OrchestrationStore}. An
 * entry belongs to one node until its claim ends; a node that dies stops extending its
 * claims, and others take over. Thread-safe; throws as {@link OrchestrationStore} does.
 */
public interface Outbox {

	/**
	 * Claims entries that nobody owns any more. Of several nodes exactly one gets each.
	 * @param dueBefore entries that are due before this time
	 * @param now the current time: claims that ended before it are void
	 * @param claimedUntil until when the caller owns what it gets
	 * @param limit how many at most; fewer, but one at least, if they are large
	 * @return the entries, those due first coming first; one that cannot be decoded is
	 * left out and stays in the table
	 */
	List<OutboxEntry> claim(Instant dueBefore, Instant now, Instant claimedUntil, int limit);

	/**
	 * Extends the caller's claims.
	 * @param entryIds ids of entries that the caller owns
	 * @param claimedUntil until when it owns them
	 */
	void extend(Collection<String> entryIds, Instant claimedUntil);

	/**
	 * Removes entries that have been sent. Unknown ids are ignored.
	 * @param entryIds ids of the entries
	 */
	void remove(Collection<String> entryIds);

	/**
	 * The entry that has been due for the longest.
	 * @param now the current time
	 * @param held ids of entries to leave aside, because they wait for something else
	 * than to be sent
	 * @return when it was due, empty if none is
	 */
	Optional<Instant> oldestUnsent(Instant now, Set<String> held);

}
