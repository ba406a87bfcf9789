package io.durablespring.jpa;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

import org.jspecify.annotations.Nullable;

/**
 * Times as the tables keep them: in UTC, whole microseconds. Times that are too far away
 * for a database are as good as the farthest one it knows; the exact time stays in the
 * event.
 */
final class SqlTime {

	private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");

	private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999Z");

	private SqlTime() {
	}

	static OffsetDateTime of(Instant instant) {
		Instant known = instant.isBefore(FIRST) ? FIRST : instant.isAfter(LAST) ? LAST : instant;
		return known.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
	}

	/**
	 * The first time a table may keep that is not before another one: what conditions
	 * compare with.
	 */
	static Instant notBefore(Instant instant) {
		Instant known = of(instant).toInstant();
		return known.isBefore(instant) && known.isBefore(LAST) ? known.plus(1, ChronoUnit.MICROS) : known;
	}

	static void set(PreparedStatement statement, int index, @Nullable Instant instant) throws SQLException {
		if (instant == null) {
			statement.setNull(index, Types.TIMESTAMP_WITH_TIMEZONE);
		}
		else {
			statement.setObject(index, of(instant), Types.TIMESTAMP_WITH_TIMEZONE);
		}
	}

	static Instant get(ResultSet row, String column) throws SQLException {
		return row.getObject(column, OffsetDateTime.class).toInstant();
	}

}
