package io.durablespring.benchmarks;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * All figures of a workload, and the lines that tell them.
 */
final class Report {

	private final String workload;

	private final Map<String, Map<String, Series>> systems = new LinkedHashMap<>();

	Report(String workload) {
		this.workload = workload;
	}

	/** Where the figures of a system go. */
	Figures of(String system) {
		Map<String, Series> metrics = this.systems.computeIfAbsent(system, (name) -> new LinkedHashMap<>());
		return (metric, value, unit) -> metrics.merge(metric, new Series(unit, value), Series::and);
	}

	void print(PrintStream out) {
		this.systems.forEach((system,
				metrics) -> metrics.forEach((metric,
						series) -> out.println("RESULT workload=%s system=%s metric=%s median=%s min=%s max=%s unit=%s"
							.formatted(this.workload, system, metric, text(series.median()), text(series.min()),
									text(series.max()), series.unit))));
		this.systems.getOrDefault(Contenders.OURS, Map.of())
			.forEach((metric, ours) -> this.systems.keySet()
				.stream()
				.filter((system) -> !system.equals(Contenders.OURS))
				.forEach((peer) -> printRatio(out, metric, ours, peer)));
	}

	// Ours by theirs, whether more is better or less.
	private void printRatio(PrintStream out, String metric, Series ours, String peer) {
		Series theirs = Objects.requireNonNull(this.systems.get(peer)).get(metric);
		if (theirs != null) {
			out.println("RATIO workload=%s metric=%s ours=%s peer=%s theirs=%s ratio=%s better=%s".formatted(
					this.workload, metric, text(ours.median()), peer, text(theirs.median()),
					text(ours.median() / theirs.median()), ours.unit.endsWith("/s") ? "higher" : "lower"));
		}
	}

	private static String text(double value) {
		String format = (value >= 100) ? "%.0f" : (value >= 10) ? "%.1f" : (value >= 0.1) ? "%.2f" : "%.2g";
		return String.format(Locale.ROOT, format, value);
	}

	/** The same figure of several runs. */
	private record Series(String unit, List<Double> values) {

		Series(String unit, double value) {
			this(unit, List.of(value));
		}

		Series and(Series other) {
			Double[] all = Arrays.copyOf(this.values.toArray(Double[]::new), this.values.size() + other.values.size());
			for (int i = 0; i < other.values.size(); i++) {
				all[this.values.size() + i] = other.values.get(i);
			}
			return new Series(this.unit, List.of(all));
		}

		double median() {
			double[] sorted = this.values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
			int half = sorted.length / 2;
			return (sorted.length % 2 == 1) ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
		}

		double min() {
			return this.values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
		}

		double max() {
			return this.values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
		}

	}

}
