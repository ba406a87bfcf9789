package io.durablespring.example.cleanup;

import java.time.Duration;

import io.durablespring.DailyTime;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * What {@code --cleanup.*} asks for.
 *
 * @param keep how long finished instances are kept
 * @param at the time of day
 * @param zone the time zone
 * @param now whether to clean up at once, too
 * @param exit whether to exit afterwards
 */
@ConfigurationProperties("cleanup")
record CleanupArguments(Duration keep, @DefaultValue("03:00") String at, @DefaultValue("Europe/Paris") String zone,
		boolean now, boolean exit) {

	CleanupArguments {
		Assert.notNull(keep, "cleanup.keep is missing: say how long finished instances are kept, such as 30d");
		DailyTime.at(at, zone);
	}

	CleanupPlan toPlan() {
		return new CleanupPlan(DailyTime.at(this.at, this.zone), this.keep);
	}

}
