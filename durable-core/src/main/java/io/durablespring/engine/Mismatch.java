package io.durablespring.engine;

import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.Action;
import org.jspecify.annotations.Nullable;

/**
 * The code does not fit its history.
 *
 * @param description what is wrong and how to mend it, for whoever has to
 */
record Mismatch(String description) implements Departure {

	/**
	 * Describes a mismatch.
	 * @param position the place in history
	 * @param recorded what history has there, {@code null} at its end
	 * @param codeDoes what the code does
	 * @return the mismatch
	 */
	static Mismatch of(int position, @Nullable HistoryEvent recorded, String codeDoes) {
		String has = (recorded instanceof Action action) ? action.describe()
				: (recorded != null) ? recorded.getClass().getSimpleName() : "nothing more";
		return new Mismatch(("At position %d the history has %s, but %s. "
				+ "Was the orchestrator's code changed while this instance was running, or does it use time, "
				+ "random values, I/O or unordered collections directly? Deploy code that fits, then resume the instance, "
				+ "or rewind it if it has failed.")
			.formatted(position, has, codeDoes));
	}

}
