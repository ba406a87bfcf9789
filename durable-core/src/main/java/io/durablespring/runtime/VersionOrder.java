package io.durablespring.runtime;

import java.math.BigInteger;
import java.util.Comparator;

import org.jspecify.annotations.Nullable;

/**
 * The order of versions: none is the oldest; dotted numbers are compared part by part, a
 * missing part counting as 0; anything else as text, without regard to case.
 */
final class VersionOrder implements Comparator<@Nullable String> {

	@Override
	public int compare(@Nullable String one, @Nullable String other) {
		if (one == null || other == null) {
			return Boolean.compare(one != null, other != null);
		}
		if (!isNumeric(one) || !isNumeric(other)) {
			return one.compareToIgnoreCase(other);
		}
		String[] ones = one.split("\\.");
		String[] others = other.split("\\.");
		for (int i = 0; i < Math.max(ones.length, others.length); i++) {
			int order = part(ones, i).compareTo(part(others, i));
			if (order != 0) {
				return order;
			}
		}
		return 0;
	}

	private static boolean isNumeric(String version) {
		return version.matches("\\d+(\\.\\d+)*");
	}

	private static BigInteger part(String[] parts, int index) {
		return (index < parts.length) ? new BigInteger(parts[index]) : BigInteger.ZERO;
	}

}
