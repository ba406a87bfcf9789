package io.durablespring.history;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * The order of versions: none is the oldest; dotted numbers are compared part by part, a
 * missing part counting as 0; anything else as text, without regard to case.
 */
public final class VersionOrder implements Comparator<@Nullable String> {

	private static final String ZERO = ".0";

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

	/**
	 * How a version may be spelled, for stores to look for: the texts that are equal to
	 * it. Of numbers with leading zeros, only its own.
	 * @param version the version
	 * @return the spellings, in lower case
	 */
	public static Set<String> spellings(String version) {
		if (!isNumeric(version)) {
			return Set.of(version.toLowerCase(Locale.ROOT));
		}
		Set<String> spellings = new LinkedHashSet<>();
		addSpellings(version, spellings);
		addSpellings(Arrays.stream(version.split("\\."))
			.map((part) -> new BigInteger(part).toString())
			.collect(Collectors.joining(".")), spellings);
		return spellings;
	}

	private static void addSpellings(String version, Set<String> spellings) {
		spellings.add(version);
		String spelling = version;
		while (spelling.endsWith(ZERO)) {
			spelling = spelling.substring(0, spelling.length() - ZERO.length());
			spellings.add(spelling);
		}
		while (spelling.length() + ZERO.length() <= StartLimits.MAX_VERSION) {
			spelling += ZERO;
			spellings.add(spelling);
		}
	}

	private static boolean isNumeric(String version) {
		return version.matches("\\d+(\\.\\d+)*");
	}

	private static BigInteger part(String[] parts, int index) {
		return (index < parts.length) ? new BigInteger(parts[index]) : BigInteger.ZERO;
	}

}
