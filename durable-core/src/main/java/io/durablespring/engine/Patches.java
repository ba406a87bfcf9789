package io.durablespring.engine;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.PatchMarked;
import org.jspecify.annotations.Nullable;

/**
 * Which branch the code takes at each of its changes: one for the whole execution.
 */
final class Patches {

	private final Map<String, Boolean> answers = new HashMap<>();

	/**
	 * The changes whose new branch was taken. Code that asks no more has only that one.
	 */
	private final Set<String> marked = new HashSet<>();

	Patches(List<HistoryEvent> history) {
		for (HistoryEvent event : history) {
			if (event instanceof PatchMarked marker) {
				this.marked.add(marker.patchId());
			}
		}
	}

	/** The answer that the code has got before, {@code null} if it has not asked. */
	@Nullable Boolean answer(String patchId) {
		return this.answers.get(patchId);
	}

	/** Takes the new branch; says whether it is the first time. */
	boolean mark(String patchId) {
		return this.marked.add(patchId);
	}

	/** The new branch if it is marked. */
	boolean decide(String patchId) {
		boolean answer = this.marked.contains(patchId);
		this.answers.put(patchId, answer);
		return answer;
	}

}
