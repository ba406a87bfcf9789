package io.durablespring.history;

import java.util.List;
import java.util.Locale;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link VersionOrder}.
 */
class VersionOrderTests {

	private final VersionOrder order = new VersionOrder();

	@Test
	void versionsAreComparedByTheirNumbers() {
		assertThat(this.order.compare("1.10", "1.9")).isPositive();
		assertThat(this.order.compare("1.0", "1")).isZero();
		assertThat(this.order.compare("2", "10")).isNegative();
		assertThat(this.order.compare("99999999999999999999", "1")).isPositive();
	}

	@Test
	void versionsThatAreNoNumbersAreComparedAsTextWithoutCase() {
		assertThat(this.order.compare("Alpha", "alpha")).isZero();
		assertThat(this.order.compare("1.0-beta", "1.0-RC")).isNegative();
	}

	@Test
	void everySpellingOfAVersionIsEqualToIt() {
		for (String version : List.of("1", "1.0", "01.2", "0", "0.0", "2024.01", "Alpha", "1.0-RC", "x.0")) {
			assertThat(VersionOrder.spellings(version)).as(version)
				.contains(version.toLowerCase(Locale.ROOT))
				.allMatch((spelling) -> this.order.compare(spelling, version) == 0);
		}
		assertThat(VersionOrder.spellings("1.0")).contains("1", "1.0", "1.0.0", "1.0.0.0").doesNotContain("10");
		assertThat(VersionOrder.spellings("01")).contains("1", "1.0");
	}

	@Test
	void noVersionIsTheOldest() {
		assertThat(this.order.compare(null, "0")).isNegative();
		assertThat(this.order.compare(null, null)).isZero();
		assertThat(this.order.compare("0", null)).isPositive();
	}

}
