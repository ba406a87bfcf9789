package io.durablespring.runtime;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;

import org.jspecify.annotations.Nullable;

/**
 * The outbox entries that are this node's: those that it must send, and those that it
 * cannot send before the next start, of which it knows the ids only. Thread-safe.
 */
final class EntryClaims {

	private final Map<String, Owned> owned = new ConcurrentHashMap<>();

	/** With the end of the claim. */
	private final Map<String, Instant> held = new ConcurrentHashMap<>();

	/** Whether an entry is new here: what is owned or held is not owned again. */
	boolean own(String id, Instant until, long weight) {
		return !this.held.containsKey(id) && this.owned.putIfAbsent(id, new Owned(until, weight, null)) == null;
	}

	boolean isOwned(String id) {
		return this.owned.containsKey(id);
	}

	int owned() {
		return this.owned.size();
	}

	/** An owned entry is sent later: who disowns it before cancels that. */
	void sentLater(String id, @Nullable ScheduledFuture<?> sending) {
		this.owned.computeIfPresent(id, (key, claim) -> new Owned(claim.until(), claim.weight(), sending));
	}

	/**
	 * Ends that an entry is owned.
	 * @return what it weighed, 0 if it was not owned
	 */
	long disown(String id) {
		Owned claim = this.owned.remove(id);
		if (claim == null) {
			return 0;
		}
		if (claim.sending() != null) {
			claim.sending().cancel(false);
		}
		return claim.weight();
	}

	/** An owned entry is to be held, and then disowned. */
	boolean hold(String id) {
		Owned claim = this.owned.get(id);
		if (claim != null) {
			this.held.put(id, claim.until());
		}
		return claim != null;
	}

	Set<String> held() {
		return Set.copyOf(this.held.keySet());
	}

	void release(String id) {
		this.held.remove(id);
	}

	List<String> endingBefore(Instant time) {
		List<String> ending = new ArrayList<>();
		this.owned.forEach((id, claim) -> {
			if (claim.until().isBefore(time)) {
				ending.add(id);
			}
		});
		this.held.forEach((id, until) -> {
			if (until.isBefore(time)) {
				ending.add(id);
			}
		});
		return ending;
	}

	void extend(Collection<String> ids, Instant until) {
		ids.forEach((id) -> {
			this.owned.computeIfPresent(id, (key, claim) -> new Owned(until, claim.weight(), claim.sending()));
			this.held.computeIfPresent(id, (key, before) -> until);
		});
	}

	private record Owned(Instant until, long weight, @Nullable ScheduledFuture<?> sending) {
	}

}
