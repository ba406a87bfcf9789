package io.durablespring;

import java.time.Instant;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The next time of day in a time zone.
 */
class DailyTimeTests {

	private final DailyTime nine = DailyTime.at("09:00", "Europe/Paris");

	@Test
	void isLaterTheSameDay() {
		assertThat(this.nine.after(Instant.parse("2026-01-10T07:59:59Z"))).isEqualTo("2026-01-10T08:00:00Z");
	}

	@Test
	void isTheNextDayOnceItIsThatTime() {
		assertThat(this.nine.after(Instant.parse("2026-01-10T08:00:00Z"))).isEqualTo("2026-01-11T08:00:00Z");
	}

	@Test
	void followsTheZoneIntoSummerTime() {
		assertThat(this.nine.after(Instant.parse("2026-03-28T12:00:00Z"))).isEqualTo("2026-03-29T07:00:00Z");
	}

	@Test
	void isWhenClocksArePutForwardIfTheySkipIt() {
		DailyTime skipped = DailyTime.at("02:30", "Europe/Paris");
		assertThat(skipped.after(Instant.parse("2026-03-28T12:00:00Z"))).isEqualTo("2026-03-29T01:00:00Z");
		assertThat(skipped.after(Instant.parse("2026-03-29T01:00:00Z"))).isEqualTo("2026-03-30T00:30:00Z");
	}

	@Test
	void isTheFirstOfTwoWhenClocksArePutBack() {
		DailyTime twice = DailyTime.at("02:30", "Europe/Paris");
		assertThat(twice.after(Instant.parse("2026-10-24T12:00:00Z"))).isEqualTo("2026-10-25T00:30:00Z");
		assertThat(twice.after(Instant.parse("2026-10-25T00:30:00Z"))).isEqualTo("2026-10-26T01:30:00Z");
	}

	@Test
	void refusesWhatIsNoTimeAndNoZone() {
		assertThatIllegalArgumentException().isThrownBy(() -> DailyTime.at("9 o'clock", "Europe/Paris"));
		assertThatIllegalArgumentException().isThrownBy(() -> DailyTime.at("09:00", "Middle/Earth"))
			.withMessageContaining("Middle/Earth");
	}

}
