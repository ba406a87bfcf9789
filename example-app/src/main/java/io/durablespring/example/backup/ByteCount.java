package io.durablespring.example.backup;

import java.util.Locale;

/**
 * A number of bytes as people read it.
 */
final class ByteCount {

	private ByteCount() {
	}

	static String describe(long bytes) {
		double value = bytes;
		String unit = "";
		for (String next : new String[] { "KiB", "MiB", "GiB", "TiB", "PiB" }) {
			if (value < 1024) {
				break;
			}
			value /= 1024;
			unit = next;
		}
		String exact = String.format(Locale.ROOT, "%,d bytes", bytes);
		return unit.isEmpty() ? exact : String.format(Locale.ROOT, "%.1f %s (%s)", value, unit, exact);
	}

}
