package io.durablespring;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;

/**
 * A time of day in a time zone, for timers such as "next 09:00 in Europe/Paris":
 * {@code ctx.createTimer(DailyTime.at("09:00", "Europe/Paris").after(ctx.now()))}.
 * <p>
 * Where clocks are put forward past that time, it is the moment that they are; where they
 * are put back and show it twice, it is the first of the two.
 *
 * @param time the time of day
 * @param zone the time zone
 */
public record DailyTime(LocalTime time, ZoneId zone) {

	/**
	 * A time of day in a time zone.
	 * @param time the time, such as {@code 09:00}
	 * @param zone the zone's id, such as {@code Europe/Paris}
	 * @return the daily time
	 * @throws IllegalArgumentException if time or zone is none
	 */
	public static DailyTime at(String time, String zone) {
		try {
			return new DailyTime(LocalTime.parse(time), ZoneId.of(zone));
		}
		catch (DateTimeException ex) {
			throw new IllegalArgumentException(
					"Not a time of day and a time zone, such as 09:00 and Europe/Paris: " + ex.getMessage(), ex);
		}
	}

	/**
	 * The next moment at which it is that time.
	 * @param instant where to begin, such as {@link OrchestrationContext#now()}
	 * @return the first such moment after the given one
	 */
	public Instant after(Instant instant) {
		LocalDate day = instant.atZone(this.zone).toLocalDate().minusDays(1);
		Instant next = on(day);
		while (!next.isAfter(instant)) {
			day = day.plusDays(1);
			next = on(day);
		}
		return next;
	}

	private Instant on(LocalDate day) {
		var transition = this.zone.getRules().getTransition(day.atTime(this.time));
		return (transition != null && transition.isGap()) ? transition.getInstant()
				: day.atTime(this.time).atZone(this.zone).toInstant();
	}

}
