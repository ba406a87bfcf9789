package io.durablespring;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A span of time.
 *
 * @param from its beginning, which is in it; {@code null} for no beginning
 * @param to its end, which is not in it; {@code null} for no end
 */
public record TimeWindow(@Nullable Instant from, @Nullable Instant to) {

	private static final TimeWindow ALWAYS = new TimeWindow(null, null);

	/**
	 * All time.
	 * @return a window without beginning and end
	 */
	public static TimeWindow always() {
		return ALWAYS;
	}

	/**
	 * Whether a time is in this window.
	 * @param time the time; {@code null} for one that has not come
	 * @return whether it is; one that has not come is in no window but {@link #always()}
	 */
	public boolean contains(@Nullable Instant time) {
		if (time == null) {
			return this.from == null && this.to == null;
		}
		return (this.from == null || !time.isBefore(this.from)) && (this.to == null || time.isBefore(this.to));
	}

}
