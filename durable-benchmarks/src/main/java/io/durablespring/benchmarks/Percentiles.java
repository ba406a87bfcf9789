package io.durablespring.benchmarks;

/**
 * The usual figures of many times.
 */
final class Percentiles {

	private Percentiles() {
	}

	/** Notes them of times in milliseconds, which must be sorted. */
	static void note(Figures figures, double[] sorted) {
		figures.note("p50", at(sorted, 0.5), "ms");
		figures.note("p95", at(sorted, 0.95), "ms");
		figures.note("p99", at(sorted, 0.99), "ms");
	}

	private static double at(double[] sorted, double part) {
		return sorted[(int) Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
	}

}
